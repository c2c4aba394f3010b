package dev.seawall.embedded;

import dev.seawall.archiver.ArchiverStatistics;
import dev.seawall.checkpointer.CheckpointStatistics;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import java.util.Optional;

/// How an open cluster is: one moment's positions and counters.
///
/// @param archiver empty when `archive_mode` is off
public record SeawallStatus(
        long systemId,
        TimelineId timeline,
        Lsn insert,
        Lsn flushed,
        Lsn applied,
        Lsn redoPoint,
        boolean isOutOfSpace,
        CheckpointStatistics checkpoints,
        Optional<ArchiverStatistics> archiver) {}
