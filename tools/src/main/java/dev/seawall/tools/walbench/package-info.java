/// `walbench`: how many commits a second, and how long each takes, beside what the disk can do.
///
/// Reading order: [dev.seawall.tools.walbench.Walbench], the command; `BenchLog`, the log under
/// measurement; `Operation`, the one thing that is repeated;
/// `Committers`, threads that wait for each commit, and `FutureProducer`, one that never does;
/// `DiskLimit`, the disk alone; `Measurement`, what came of it. The daemons are measured by
/// [dev.seawall.tools.walbench.wire].
///
/// Invariant: latency is what a caller sees, from before the call to durable, of every operation.
@NullMarked
package dev.seawall.tools.walbench;

import org.jspecify.annotations.NullMarked;
