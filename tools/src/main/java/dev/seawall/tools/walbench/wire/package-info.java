/// `walbench wire`: Seawall and PostgreSQL side by side, under PostgreSQL's own pgbench.
///
/// Reading order: [dev.seawall.tools.walbench.wire.WireCommand], the command; `Load`, what pgbench is asked
/// for; `SeawallContender`, ours beside the PostgreSQL of [dev.seawall.tools.walbench.server]; `Round`, one run
/// and the look into the log after it; `Comparison`, the medians.
///
/// Invariant: both servers get the same load on the same disk, and nothing counts that is not in their logs.
///
/// Must not know: how either server works.
@NullMarked
package dev.seawall.tools.walbench.wire;

import org.jspecify.annotations.NullMarked;
