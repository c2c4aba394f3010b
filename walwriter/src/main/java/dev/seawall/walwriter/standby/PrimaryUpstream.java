package dev.seawall.walwriter.standby;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.walreceiver.ConnectionString;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import dev.seawall.walwriter.walreceiver.PrimaryConnection;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import dev.seawall.walwriter.walreceiver.WalStreamClient;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The server that `primary_conninfo` names: a primary, or another standby.
public final class PrimaryUpstream implements Upstream {

    private final PrimaryConnection connection;
    private final @Nullable String slot;

    private PrimaryUpstream(PrimaryConnection connection, @Nullable String slot) {
        this.connection = connection;
        this.slot = slot;
    }

    /// Which server, and how.
    ///
    /// @param conninfo `primary_conninfo`
    /// @param slot     `primary_slot_name`; empty for none
    /// @param timeout  `wal_receiver_timeout`
    public record Where(String conninfo, String slot, Duration timeout) {}

    public static Upstream connect(Disk disk, World world, Where where) throws IOException {
        if (where.conninfo().isEmpty()) {
            throw new IOException("primary_conninfo is not set");
        }
        ConnectionString server;
        try {
            server = ConnectionString.parse(where.conninfo()).orApplicationName("walreceiver");
        } catch (IllegalArgumentException e) {
            throw new IOException("primary_conninfo cannot be understood: " + e.getMessage(), e);
        }
        return new PrimaryUpstream(PrimaryConnection.connect(server.endpoints(disk, Login.Replication.PHYSICAL),
                where.timeout(), world), where.slot().isEmpty() ? null : where.slot());
    }

    @Override
    public SystemIdentity identify() throws IOException {
        return connection.identify();
    }

    @Override
    public HistoryFile history(TimelineId timeline) throws IOException {
        return connection.history(timeline);
    }

    @Override
    public Stream stream(Lsn from, TimelineId timeline) throws IOException {
        WalStreamClient client = connection.stream(slot, from, timeline);
        return new Stream() {
            @Override
            public StreamMessage receive() throws IOException {
                return client.receive();
            }

            @Override
            public boolean hasMore() {
                return client.hasMore();
            }

            @Override
            public void reply(Lsn written, Lsn flushed, Lsn applied) throws IOException {
                client.reply(written, flushed, applied, false);
            }
        };
    }

    @Override
    public void close() {
        connection.close();
    }
}
