package dev.seawall.walwriter.standby;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.IOException;

/// Where a standby's log comes from, connected: its primary, another standby, or the archive.
///
/// One thread; [#close] may come from any, and wakes it.
public interface Upstream extends AutoCloseable {

    /// Makes a connection.
    @FunctionalInterface
    interface Source {
        Upstream connect() throws IOException;
    }

    /// Whose log it is, its newest timeline, and how far it goes.
    SystemIdentity identify() throws IOException;

    /// The history file of a timeline that has ancestors.
    HistoryFile history(TimelineId timeline) throws IOException;

    /// Begins to stream one timeline from a position on.
    Stream stream(Lsn from, TimelineId timeline) throws IOException;

    @Override
    void close();

    /// One timeline's log, piece by piece.
    interface Stream {

        /// Waits for the next message.
        StreamMessage receive() throws IOException;

        /// Whether there is another message for which [#receive] will not wait. False may be wrong.
        boolean hasMore();

        /// Tells how far we are. From any thread.
        void reply(Lsn written, Lsn flushed, Lsn applied) throws IOException;
    }
}
