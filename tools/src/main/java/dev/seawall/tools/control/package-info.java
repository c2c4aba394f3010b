/// Starting and stopping a cluster's daemons from the shell, and talking to the one who listens.
///
/// Reading order: [dev.seawall.tools.control.RunningDaemon], what runs now; [dev.seawall.tools.control.StartCommand]
/// with `RoleOptions`, `ClusterStart` and `Launch`, one daemon; [dev.seawall.tools.control.StopCommand] with
/// `ClusterStop`; [dev.seawall.tools.control.RestartCommand] and [dev.seawall.tools.control.ReloadCommand];
/// [dev.seawall.tools.control.RunningWalwriter], a connection to the one that runs, and
/// [dev.seawall.tools.control.WalwriterStatus], what it tells.
///
/// Invariant: only a process that is known to be the cluster's daemon is ever signalled; what a service
/// manager runs is left to it.
///
/// Must not know: what a daemon does.
@NullMarked
package dev.seawall.tools.control;

import org.jspecify.annotations.NullMarked;
