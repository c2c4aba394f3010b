package dev.seawall.checkpointer;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.walwriter.CheckpointReport;
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

    /// Keeps the log from a position on.
    Hold hold(String name, Lsn from);

    /// A claim on the log, until it is closed.
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }
}
