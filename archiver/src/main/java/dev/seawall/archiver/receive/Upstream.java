package dev.seawall.archiver.receive;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.IOException;
import java.util.Optional;

/// A connection to the server whose log is received. Every [IOException] means that it is lost, and that another
/// may do better.
public interface Upstream extends AutoCloseable {

    /// Makes connections.
    @FunctionalInterface
    interface Connector {
        Upstream connect() throws IOException;
    }

    /// One timeline of the log, from one place on.
    interface LogStream {

        /// Waits for the next message.
        StreamMessage receive() throws IOException;

        /// Whether the next message is certainly there already.
        boolean hasMore();

        /// Tells the server what is received, and what is durable here.
        void reply(Lsn written, Lsn flushed) throws IOException;

        /// Ends the stream in peace.
        void end() throws IOException;
    }

    SystemIdentity identify() throws IOException;

    PageLayout layout() throws IOException;

    HistoryFile history(TimelineId timeline) throws IOException;

    /// From where on the server keeps the log for us; empty if it does not say.
    Optional<ResumePoint> reserved() throws IOException;

    /// @throws ReceiveEndedException if the server does not have this piece of log any more
    LogStream stream(Lsn from, TimelineId timeline) throws IOException;

    /// Who is waiting for the server gets an exception. Any thread; may be called twice.
    @Override
    void close();
}
