/// `walctl`: makes, inspects and steers a cluster.
///
/// Reading order: [dev.seawall.tools.walctl.Walctl], the command; `InitCommand` with `ConfTemplate`, the
/// seawall.conf it writes; `StatusCommand` with `ClusterStatus`, what can be seen from outside;
/// `SettingsCommand`; those
/// that ask the walwriter, or open the cluster by `LocalCluster` when none runs: `CheckpointCommand`,
/// `SwitchCommand`, `RestorePointCommand`, `BackupCommand` with `WalwriterBackup`; and
/// `BackupsCommand`, the list. `start` and `stop` are in `dev.seawall.tools.control`; `user`, `rewind`,
/// `quickstart` and `torture` have packages of their own.
///
/// Invariant: a command that needs a running log opens the cluster itself only if nobody has it.
///
/// Must not know: how anything is done; it asks the composition in `dev.seawall.embedded`.
@NullMarked
package dev.seawall.tools.walctl;

import org.jspecify.annotations.NullMarked;
