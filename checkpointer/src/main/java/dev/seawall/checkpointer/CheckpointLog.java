package dev.seawall.checkpointer;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import java.io.IOException;

/// What the checkpointer asks of the log.
public interface CheckpointLog {

    long systemId();

    /// The current timeline with its ancestors.
    TimelineHistory history();

    PageLayout layout();

    /// End of the last durable record.
    Lsn flushLsn();

    /// Everything before the reported redo point is durable in `base/`: log the checkpoint, and let
    /// go of what is older.
    void checkpointed(CheckpointReport report) throws IOException;

    /// Aborts every transaction whose first record lies before `lsn`: it holds back too much log.
    ///
    /// @return how many
    int abortTransactionsBefore(Lsn lsn);

    /// The log in normal running.
    static CheckpointLog of(Wal wal) {
        return new CheckpointLog() {
            @Override
            public long systemId() {
                return wal.systemId();
            }

            @Override
            public TimelineHistory history() {
                return wal.history();
            }

            @Override
            public PageLayout layout() {
                return wal.layout();
            }

            @Override
            public Lsn flushLsn() {
                return wal.flushLsn();
            }

            @Override
            public void checkpointed(CheckpointReport report) throws IOException {
                wal.checkpointed(report);
            }

            @Override
            public int abortTransactionsBefore(Lsn lsn) {
                return wal.abortTransactionsBefore(lsn);
            }
        };
    }
}
