package dev.seawall.checkpointer;

import dev.seawall.checkpointer.CheckpointStatistics.HeldBackBy;
import dev.seawall.checkpointer.pages.Flushing;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.CheckpointReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One checkpoint, from its begin to its report. The checkpointer's own.
final class RunningCheckpoint {

    /// Why it began.
    enum Cause { TIME, VOLUME, REQUEST, SHUTDOWN }

    final Cause cause;
    final CheckpointPace pace;
    /// How far redo was when it began, taken before the dirty pages were listed.
    final Lsn position;
    final Flushing flushing;
    final List<CompletableFuture<CheckpointReport>> waiting;

    /// Whether it writes without pauses. May become true on the way.
    boolean isImmediate;
    long writtenNanos;
    long syncedNanos;
    int files;
    HeldBackBy heldBackBy = HeldBackBy.NOTHING;

    RunningCheckpoint(Cause cause, CheckpointPace pace, Lsn position, Flushing flushing, boolean isImmediate,
                      List<CompletableFuture<CheckpointReport>> waiting) {
        this.cause = cause;
        this.pace = pace;
        this.position = position;
        this.flushing = flushing;
        this.isImmediate = isImmediate;
        this.waiting = waiting;
    }
}
