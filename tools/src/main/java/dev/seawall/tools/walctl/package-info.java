/// `walctl`: makes, inspects and steers a cluster.
///
/// Reading order: [dev.seawall.tools.walctl.Walctl], the command; `InitCommand` with `ConfTemplate`, the seawall.conf it writes;
/// `StatusCommand` with `ClusterStatus`, what can be seen from outside; `SettingsCommand`; those
/// that open the cluster by `LocalCluster`: `CheckpointCommand`, `SwitchCommand`, `RestorePointCommand`,
/// `BackupCommand`; and `BackupsCommand`, the list. `quickstart` and `torture` have packages of
/// their own.
///
/// Invariant: a command that needs a running log opens the cluster itself, and the lock tells it
/// when another process has it.
///
/// Must not know: how anything is done; it asks the composition in `dev.seawall.embedded`.
@NullMarked
package dev.seawall.tools.walctl;

import org.jspecify.annotations.NullMarked;
