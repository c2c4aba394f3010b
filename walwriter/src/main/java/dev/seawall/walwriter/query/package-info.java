/// SELECT: what can be asked for, and how it is answered.
///
/// Reading order: [dev.seawall.walwriter.query.Caller], the session that asks;
/// [dev.seawall.walwriter.query.Rows], who takes the answer.
///
/// Invariant: a statement is understood as a whole before any of it has an effect.
///
/// Must not know: the protocol's messages and states; connections.
@NullMarked
package dev.seawall.walwriter.query;

import org.jspecify.annotations.NullMarked;
