/// Our log under measurement, and the disk below it.
///
/// Reading order: [dev.seawall.tools.walbench.ours.WalEngine], the one thing that is repeated;
/// [dev.seawall.tools.walbench.ours.BenchLog], a log with nobody who redoes it, and `LogContestant`, which takes part
/// with it; `EmbeddedContestant`, which takes part with all of Seawall, redo by `CountingEngine`;
/// [dev.seawall.tools.walbench.ours.DiskLimit] and [dev.seawall.tools.walbench.ours.DiskContestant], the disk alone;
/// `NothingContestant`, the cost of measuring; [dev.seawall.tools.walbench.ours.OurLineup], all of them.
///
/// Invariant: what is logged is logged by the API that applications have.
@NullMarked
package dev.seawall.tools.walbench.ours;

import org.jspecify.annotations.NullMarked;
