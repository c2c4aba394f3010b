/// The checkpointer: turns the log into data files, and says how much of the log is needed no more.
///
/// Reading order: [dev.seawall.checkpointer.DataFiles], `base/` opened after whatever happened;
/// [dev.seawall.checkpointer.CheckpointerState] and `StateFile`, what it is and where its redo
/// begins; [dev.seawall.checkpointer.Checkpointer], the role, with
/// [dev.seawall.checkpointer.CheckpointOptions], `CheckpointPace`, `CheckpointRequests`,
/// `RunningCheckpoint` and `FileHold`; [dev.seawall.checkpointer.CheckpointLog] and
/// [dev.seawall.checkpointer.RedoState], what it asks of its neighbours;
/// [dev.seawall.checkpointer.CheckpointStatistics], what it did;
/// [dev.seawall.checkpointer.LiveFiles], what base backups copy while it changes, with `EngineFiles`, and
/// [dev.seawall.checkpointer.HeldFiles], from outside of the process, with `PlainCopy`. Pages themselves:
/// `dev.seawall.checkpointer.pages` and `dev.seawall.checkpointer.files`.
///
/// Invariant: pages and engines durable, then the state, then the report to the log. Redo begins at
/// the state's redo point, and from there the log always rebuilds exactly what was applied.
///
/// Must not know: clients, archives, how the log is kept.
@NullMarked
package dev.seawall.checkpointer;

import org.jspecify.annotations.NullMarked;
