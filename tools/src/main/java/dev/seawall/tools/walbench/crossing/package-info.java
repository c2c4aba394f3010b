/// `walbench crossing`: whether a commit shows that the log went on into its next segment.
///
/// Reading order: [dev.seawall.tools.walbench.crossing.CrossingCommand], all of it.
///
/// Invariant: commits of both kinds come from one committer and one run.
@NullMarked
package dev.seawall.tools.walbench.crossing;

import org.jspecify.annotations.NullMarked;
