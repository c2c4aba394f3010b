package dev.seawall.walwriter.cluster;

import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who is connected now.
public interface Sessions {

    /// pg_stat_activity's row.
    ///
    /// @param client      null by Unix socket
    /// @param state       `active`, `idle`, `idle in transaction`, `idle in transaction (aborted)`
    /// @param backendType `client backend` or `walsender`
    record Session(int pid, String user, String database, String applicationName, @Nullable SocketAddress client,
            Instant start, @Nullable Instant transactionStart, @Nullable Instant queryStart, Instant stateChange,
            @Nullable String waitEventType, @Nullable String waitEvent, String state, long xid, String query,
            String backendType) {}

    List<Session> list();

    /// Ends a session, as if its client had gone away; it is told.
    ///
    /// @return whether there was one
    boolean terminate(int pid);

    /// Cancels what a session is doing.
    boolean cancel(int pid);
}
