/// `walbench growth`: what a commit costs while one thing after the other is doubled.
///
/// Reading order: [dev.seawall.tools.walbench.growth.GrowthCommand]; `Series`, what is doubled; `Step`, one point of
/// it.
///
/// Invariant: steps of one series differ in one thing only.
@NullMarked
package dev.seawall.tools.walbench.growth;

import org.jspecify.annotations.NullMarked;
