package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the checkpointer has done since it started: pg_stat_checkpointer's figures, and how far redo is.
///
/// @param timed         checkpoints begun by `checkpoint_timeout`
/// @param byVolume      by the log's volume
/// @param requested     by request, and at shutdown
/// @param pagesWritten  pages written by checkpoints
/// @param redoPoint     of the last checkpoint; [Lsn#INVALID] before the first
/// @param applied       end of the last record redone
/// @param appliedCommit time of the last commit redone; null before the first
/// @param since         when it began to count; null if it never told
public record CheckpointerActivity(
        long timed,
        long byVolume,
        long requested,
        long pagesWritten,
        Duration writeTime,
        Duration syncTime,
        Lsn redoPoint,
        Lsn applied,
        @Nullable Instant appliedCommit,
        @Nullable Instant since) {

    public static final CheckpointerActivity NONE = new CheckpointerActivity(
            0, 0, 0, 0, Duration.ZERO, Duration.ZERO, Lsn.INVALID, Lsn.INVALID, null, null);
}
