package dev.seawall.checkpointer;

import dev.seawall.wal.Lsn;

/// Whether a checkpoint that began then and there is behind its schedule.
///
/// It should be as far as the clock or the log, whichever is further, on the way to the begin of the
/// next checkpoint, times the completion target. PostgreSQL reckons the same way.
///
/// @param beginNanos monotonic clock when it began
/// @param beginLsn   end of the log when it began
record CheckpointPace(CheckpointOptions options, long beginNanos, Lsn beginLsn) {

    /// @param progress share of the pages that is written
    boolean isBehind(double progress, long nowNanos, Lsn logEnd) {
        double due = Math.max(
                (double) (nowNanos - beginNanos) / options.timeout().toNanos(),
                (double) logEnd.minus(beginLsn) / options.triggerBytes());
        return progress * options.completionTarget() < due;
    }
}
