/// The functions there are: PostgreSQL's that concern the log, and a few of our own for pages.
///
/// Reading order: [dev.seawall.walwriter.query.builtin.Builtins], all of them; then by concern
/// `MessageFunctions`, `LogFunctions`, `PageFunctions`, `BackupFunctions`, `SlotFunctions`, `LogicalFunctions`,
/// `RecoveryFunctions`,
/// `SessionFunctions`, `SettingFunctions`, as tables written with `Declare`; `Privileges`, who may
/// call what.
///
/// Invariant: names, arguments, results, privileges and errors are PostgreSQL's where it has the function.
///
/// Must not know: how statements are parsed and planned.
@NullMarked
package dev.seawall.walwriter.query.builtin;

import org.jspecify.annotations.NullMarked;
