package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;

/// What the checkpointer tells the walwriter when everything before `redo` is durable elsewhere.
///
/// @param redo where recovery would begin now: a record's start
public record CheckpointReport(long systemId, TimelineId timeline, Lsn redo) {}
