/// The daemons' mains: what a process is besides the role that runs in it.
///
/// Reading order: [dev.seawall.tools.daemon.DaemonRole], the three there are;
/// [dev.seawall.tools.daemon.WalwriterDaemon], the command of one, with `ServedLog`, what runs in it;
/// [dev.seawall.tools.daemon.CheckpointerDaemon] and
/// [dev.seawall.tools.daemon.ArchiverDaemon]; [dev.seawall.tools.daemon.WalwriterAddress], where
/// one finds the other; `Served`, as the process sees that; `Daemon`, the process: `Signals` with
/// [dev.seawall.tools.daemon.StopMode], `DaemonLog`, [dev.seawall.tools.daemon.PidFile] with
/// [dev.seawall.tools.daemon.ProcessId], which one runs; [dev.seawall.tools.daemon.Supervisor], who is
/// told how it fares; [dev.seawall.tools.daemon.Rehearsal], a start that a launcher's cache is made from.
///
/// Invariant: whatever ends a role ends its process, with the exit code that says what to do.
///
/// Must not know: how a role does its work.
@NullMarked
package dev.seawall.tools.daemon;

import org.jspecify.annotations.NullMarked;
