/// `walbench peers`: ours beside others, measured in turns.
///
/// Reading order: [dev.seawall.tools.walbench.peers.PeersCommand], the command, which holds a
/// [dev.seawall.tools.walbench.contest.Contest]; `Ratios`, ours beside the best of the others and beside the disk;
/// `StandingsTable`, the results for people; `LatencyPlot`, percentiles as text; `Chart`, a picture for a document.
///
/// Invariant: nothing is shown that was not measured in the same rounds.
@NullMarked
package dev.seawall.tools.walbench.peers;

import org.jspecify.annotations.NullMarked;
