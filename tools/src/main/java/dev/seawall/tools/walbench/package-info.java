/// `walbench`: how many commits a second, and how long each takes, beside what the disk can do.
///
/// Reading order: [dev.seawall.tools.walbench.Walbench], the command, which puts the loads of
/// [dev.seawall.tools.walbench.load] on a log of [dev.seawall.tools.walbench.ours]; `walbench peers`, which has other
/// logs measured in turns, is [dev.seawall.tools.walbench.peers] and [dev.seawall.tools.walbench.contest]; the daemons
/// are measured by [dev.seawall.tools.walbench.wire], and what a record costs of the heap by
/// [dev.seawall.tools.walbench.allocation]; reading a log by [dev.seawall.tools.walbench.scan].
///
/// Invariant: latency is what a caller sees, from before the call to durable.
@NullMarked
package dev.seawall.tools.walbench;

import org.jspecify.annotations.NullMarked;
