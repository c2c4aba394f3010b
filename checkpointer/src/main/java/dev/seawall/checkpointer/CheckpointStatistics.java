package dev.seawall.checkpointer;

import dev.seawall.checkpointer.RunningCheckpoint.Cause;
import dev.seawall.recovery.redo.RedoProgress;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import java.time.Duration;
import java.time.Instant;

/// What checkpoints have done since the checkpointer started: pg_stat_checkpointer's columns, and
/// the last one's figures.
///
/// @param timed          begun by `checkpoint_timeout`
/// @param byVolume       begun because of `max_wal_size`
/// @param requested      begun by a request
/// @param pagesWritten   by checkpoints; pages that redo wrote early are not among them
/// @param writeTime      spent writing pages, pauses included
/// @param syncTime       spent in the final syncs
/// @param lastPages      pages the last one wrote
/// @param lastFiles      files the last one synced
/// @param lastRedoPoint  the last one's; [Lsn#INVALID] before the first
/// @param lastHeldBackBy what kept the last one's redo point behind its begin
public record CheckpointStatistics(
        long timed, long byVolume, long requested, long pagesWritten, Duration writeTime, Duration syncTime,
        int lastPages, int lastFiles, Lsn lastRedoPoint, HeldBackBy lastHeldBackBy) {

    /// What kept log from being let go.
    public enum HeldBackBy {
        /// The redo point is where redo was when the checkpoint began.
        NOTHING,
        /// A transaction that has been open since its redo point: aborting it helps.
        TRANSACTION,
        /// A resource manager whose durable state lies behind.
        RESOURCE_MANAGER,
        /// A base backup that copies the files of resource managers: it lasts until these are sent.
        BASE_BACKUP
    }

    static final CheckpointStatistics NONE = new CheckpointStatistics(
            0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0, Lsn.INVALID, HeldBackBy.NOTHING);

    /// With one more.
    CheckpointStatistics plus(Cause cause, int pages, int files, Duration write, Duration sync, Lsn redoPoint,
            HeldBackBy heldBackBy) {
        return new CheckpointStatistics(
                timed + (cause == Cause.TIME ? 1 : 0),
                byVolume + (cause == Cause.VOLUME ? 1 : 0),
                requested + (cause == Cause.REQUEST || cause == Cause.SHUTDOWN ? 1 : 0),
                pagesWritten + pages, writeTime.plus(write), syncTime.plus(sync), pages, files, redoPoint, heldBackBy);
    }

    /// As the log's server shows it.
    ///
    /// @param since when counting began
    public CheckpointerActivity activity(Lsn redoPoint, RedoProgress redo, Lsn applied, Instant since) {
        return new CheckpointerActivity(timed, byVolume, requested, pagesWritten, writeTime, syncTime, redoPoint,
                applied, redo.lastCommitLsn().isValid() ? redo.lastCommitTime() : null, since);
    }
}
