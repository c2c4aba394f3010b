/// The configuration: `seawall.conf`, environment and command line, in PostgreSQL's names and units.
///
/// Reading order: [dev.seawall.settings.Setting], what is defined of each, once;
/// [dev.seawall.settings.SettingType], the values it takes, with `Amount`, a number with a unit;
/// the definitions by concern in [dev.seawall.settings.WalSettings],
/// [dev.seawall.settings.CheckpointSettings], [dev.seawall.settings.ArchiveSettings],
/// [dev.seawall.settings.RecoverySettings], [dev.seawall.settings.StandbySettings] and
/// [dev.seawall.settings.ServerSettings], with
/// [dev.seawall.settings.SynchronousCommit]; [dev.seawall.settings.SettingCatalog], all of them;
/// `SettingsFile`, the syntax; [dev.seawall.settings.Settings], what the rest of Seawall is given;
/// [dev.seawall.settings.LiveSettings], what a running process has of them;
/// [dev.seawall.settings.SettingsException], all mistakes at once.
///
/// Invariant: nothing else parses a configured value, and a value outside its range never leaves
/// here.
///
/// Must not know: what a setting does, but for the types of the rooms below it that are its values.
/// Only the composition (`dev.seawall.embedded`, `tools`) and the server, which shows and sets them, read
/// Settings; the roles are handed values.
@NullMarked
package dev.seawall.settings;

import org.jspecify.annotations.NullMarked;
