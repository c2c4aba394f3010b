/// `walreplay`: recovery to a point, its rehearsal, and the messages of a log.
///
/// Reading order: [dev.seawall.tools.walreplay.Walreplay], the command; `TargetOptions`, where to
/// stop; `LogOptions`, `ReplayLog` and `ArchivedLog`, which log to read; `MessageReplay` and
/// `MessagePrinter`, the messages; `RecoverySource`, what to recover from; `DryRun` and
/// `CommittedCount`, the rehearsal;
/// `DirectoryRecovery` and `RunningLine`, the recovery; `ScratchDirectory`, what is removed afterwards.
///
/// Invariant: nothing is written but into the directory that was named and a temporary one.
@NullMarked
package dev.seawall.tools.walreplay;

import org.jspecify.annotations.NullMarked;
