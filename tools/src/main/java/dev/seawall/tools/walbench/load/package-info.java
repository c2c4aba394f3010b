/// What is asked of a log, the same of every one, and what it reached.
///
/// Reading order: [dev.seawall.tools.walbench.load.Load], what is asked; [dev.seawall.tools.walbench.load.Engine], the
/// log that is asked, with a [dev.seawall.tools.walbench.load.Stream] for whoever does not wait;
/// [dev.seawall.tools.walbench.load.Loads], which asks: `Committers`, threads that wait for each commit, counted in
/// `Latencies`, and `Producer`, one that does not; [dev.seawall.tools.walbench.load.Measurement], what came of it;
/// [dev.seawall.tools.walbench.load.Median], what counts of several.
///
/// Invariant: latency is what a caller sees, from before the call to durable; what measuring costs is small, and the
/// same for every log.
@NullMarked
package dev.seawall.tools.walbench.load;

import org.jspecify.annotations.NullMarked;
