package dev.seawall.archiver.receive;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import dev.seawall.walwriter.walreceiver.PrimaryConnection;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import dev.seawall.walwriter.walreceiver.WalStreamClient;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A server that is asked by replication commands: PostgreSQL 13 to 18, or Seawall.
public final class PrimaryUpstream implements Upstream {

    private final PrimaryConnection connection;
    private final @Nullable String slot;

    private PrimaryUpstream(PrimaryConnection connection, @Nullable String slot) {
        this.connection = connection;
        this.slot = slot;
    }

    /// Takes over a connection.
    ///
    /// @param slot      to be streamed from; null for none
    /// @param isSlotNew whether it is to be made if the server does not have it
    public static Upstream over(PrimaryConnection connection, @Nullable String slot, boolean isSlotNew)
            throws IOException {
        try {
            if (slot != null && isSlotNew) {
                createSlot(connection, slot);
            }
            return new PrimaryUpstream(connection, slot);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private static void createSlot(PrimaryConnection connection, String slot) throws IOException {
        try {
            connection.createSlot(slot, true);
        } catch (ServerException e) {
            if (!e.sqlState().equals(SqlState.DUPLICATE_OBJECT.code())) {
                throw e;
            }
        }
    }

    @Override
    public SystemIdentity identify() throws IOException {
        return connection.identify();
    }

    @Override
    public PageLayout layout() throws IOException {
        return connection.layout();
    }

    @Override
    public HistoryFile history(TimelineId timeline) throws IOException {
        return connection.history(timeline);
    }

    @Override
    public Optional<ResumePoint> reserved() throws IOException {
        if (slot == null) {
            return Optional.empty();
        }
        return connection.readSlot(slot).map(place -> new ResumePoint(place.restart(), place.timeline()));
    }

    @Override
    public LogStream stream(Lsn from, TimelineId timeline) throws IOException {
        try {
            return new Stream(connection.stream(slot, from, timeline));
        } catch (ServerException e) {
            throw gone(e);
        }
    }

    private static IOException gone(ServerException e) {
        return !e.sqlState().equals(SqlState.UNDEFINED_FILE.code()) ? e
                : new ReceiveEndedException(e.problem() + "\nHINT: What is archived ends before it, with a gap that"
                        + " nothing can fill. Take a new base backup, and receive into a new spool and repository;"
                        + " with --slot the server keeps what is not received yet.", e);
    }

    @Override
    public void close() {
        connection.close();
    }

    private record Stream(WalStreamClient client) implements LogStream {

        @Override
        public StreamMessage receive() throws IOException {
            try {
                return client.receive();
            } catch (ServerException e) {
                throw gone(e);
            }
        }

        @Override
        public boolean hasMore() {
            return client.hasMore();
        }

        @Override
        public void reply(Lsn written, Lsn flushed) throws IOException {
            client.reply(written, flushed, Lsn.INVALID, false);
        }

        @Override
        public void end() throws IOException {
            client.end();
        }
    }
}
