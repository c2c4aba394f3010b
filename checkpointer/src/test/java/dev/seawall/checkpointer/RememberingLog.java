package dev.seawall.checkpointer;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.CheckpointReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A log that remembers what was reported to it, and refuses what a real one would.
final class RememberingLog implements CheckpointLog {

    final List<CheckpointReport> reports = new ArrayList<>();
    final List<Lsn> abortedBefore = new ArrayList<>();
    private final Supplier<Lsn> end;
    TimelineHistory history = TimelineHistory.root(TimelineId.FIRST);

    RememberingLog(Supplier<Lsn> end) {
        this.end = end;
    }

    /// Where a reader could begin: what is before is gone.
    Lsn oldest() {
        return reports.isEmpty() ? ModelLog.START : reports.getLast().redo();
    }

    @Override
    public long systemId() {
        return ModelLog.SYSTEM_ID;
    }

    @Override
    public TimelineHistory history() {
        return history;
    }

    @Override
    public PageLayout layout() {
        return ModelLog.LAYOUT;
    }

    @Override
    public Lsn flushLsn() {
        return end.get();
    }

    @Override
    public void checkpointed(CheckpointReport report) {
        if (report.redo().isBefore(oldest())) {
            throw new IllegalArgumentException("report goes back to " + report.redo() + " from " + oldest());
        }
        reports.add(report);
    }

    @Override
    public int abortTransactionsBefore(Lsn lsn) {
        abortedBefore.add(lsn);
        return 0;
    }
}
