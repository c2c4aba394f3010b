/// A contest of logs on one disk: each has its turn in a JVM of its own, round after round.
///
/// Reading order: [dev.seawall.tools.walbench.contest.Contestant], who takes part, brought along by a
/// [dev.seawall.tools.walbench.contest.Lineup] and found by [dev.seawall.tools.walbench.contest.Contestants];
/// [dev.seawall.tools.walbench.contest.Entry], one that is ready to be measured;
/// [dev.seawall.tools.walbench.contest.Contest], the rounds; `TurnProcess`, the process of one turn, and `Turn`, what
/// runs in it; `Outcome`, what it tells; [dev.seawall.tools.walbench.contest.Results], everything, by load and
/// contestant, each a [dev.seawall.tools.walbench.contest.Standing].
///
/// Invariant: all contestants get the same JVM, the same loads and their turns in the same rounds; medians count.
///
/// Must not know: any contestant.
@NullMarked
package dev.seawall.tools.walbench.contest;

import org.jspecify.annotations.NullMarked;
