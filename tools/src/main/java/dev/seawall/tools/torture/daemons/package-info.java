/// `walctl torture --daemons`: the three processes of a cluster are killed in turn while clients commit.
///
/// Reading order: [dev.seawall.tools.torture.daemons.DaemonTorture], one run of so many kills; `Trio`, the
/// processes; `WireCommitters`, clients who know what they were told, and `PgbenchBeside`, clients that nobody
/// here wrote; `LogLedger`, what a reader finds in the log; `Figures`, how long everything took,
/// beside what any JVM takes, and [dev.seawall.tools.torture.daemons.Report].
///
/// Invariant: a commit counts as acknowledged when its client has read the answer, and never because the
/// log has it.
///
/// Must not know: how the processes do their work; it sees them as their clients and the kernel do.
@NullMarked
package dev.seawall.tools.torture.daemons;

import org.jspecify.annotations.NullMarked;
