package dev.seawall.walwriter.session;

import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.Sessions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a session is doing, for pg_stat_activity: told by its thread, seen by all, allocating nothing
/// while nobody looks.
final class SessionActivity {

    private static final int SHOWN_TEXT = 1024;

    private final World world;
    private final SessionLogin login;
    private final long startNanos;
    private volatile String query = "";
    private volatile String state = "idle";
    private volatile long stateNanos;
    private volatile long queryNanos;
    private volatile long transactionNanos;
    private volatile @Nullable String waitType;
    private volatile @Nullable String wait;

    SessionActivity(World world, SessionLogin login) {
        this.world = world;
        this.login = login;
        this.startNanos = world.nanoTime();
        this.stateNanos = startNanos;
    }

    void active(String text, long nanos) {
        // Not more than is shown: the session may be idle for long, and its statement was large.
        query = text.length() > SHOWN_TEXT ? text.substring(0, SHOWN_TEXT) : text;
        queryNanos = nanos;
        state(nanos, "active");
        if (transactionNanos == 0) {
            transactionNanos = nanos;
        }
    }

    void idle(TransactionBlock.Status status, long nanos) {
        if (status == TransactionBlock.Status.IDLE) {
            transactionNanos = 0;
        }
        state(nanos, switch (status) {
            case IDLE -> "idle";
            case OPEN -> "idle in transaction";
            case FAILED -> "idle in transaction (aborted)";
        });
        waiting("Client", "ClientRead");
    }

    private void state(long nanos, String next) {
        state = next;
        stateNanos = nanos;
    }

    void waiting(@Nullable String type, @Nullable String event) {
        waitType = type;
        wait = event;
    }

    /// @param applicationName as it is now
    Sessions.Session seen(String applicationName, long xid) {
        Instant now = world.now();
        long nanos = world.nanoTime();
        return new Sessions.Session(login.pid(), login.user(), login.database(), applicationName, login.client(),
                now.minusNanos(nanos - startNanos), ago(now, nanos, transactionNanos), ago(now, nanos, queryNanos),
                now.minusNanos(nanos - stateNanos), waitType, wait, state, xid,
                query,
                login.isReplication() ? "walsender" : "client backend");
    }

    private static @Nullable Instant ago(Instant now, long nanos, long then) {
        return then == 0 ? null : now.minusNanos(nanos - then);
    }
}
