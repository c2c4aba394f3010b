package dev.seawall.walwriter.query;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A session without a connection.
public final class MadeUpCaller implements Caller {

    private final CalledLog log;
    private final int pid;
    private final String user;
    private final boolean isSuperuser;
    private final boolean mayReplicate;
    private final Map<String, String> settings = new HashMap<>(Map.of("server_version", "15.0 (Seawall 0.1.0)",
            "synchronous_commit", "off", "idle_session_timeout", "0", "idle_in_transaction_session_timeout", "0"));
    public final List<String> notices = new ArrayList<>();
    public boolean isCancelled;
    private @Nullable Transaction transaction;

    private MadeUpCaller(CalledLog log, int pid, String user, boolean isSuperuser, boolean mayReplicate) {
        this.log = log;
        this.pid = pid;
        this.user = user;
        this.isSuperuser = isSuperuser;
        this.mayReplicate = mayReplicate;
    }

    public static MadeUpCaller superuser(CalledLog log, int pid) {
        return new MadeUpCaller(log, pid, "owner", true, true);
    }

    public static MadeUpCaller user(CalledLog log, int pid, boolean mayReplicate) {
        return new MadeUpCaller(log, pid, "user" + pid, false, mayReplicate);
    }

    public void commit() {
        if (transaction != null) {
            transaction.commit();
            transaction = null;
        }
    }

    @Override
    public Cluster cluster() {
        return log.cluster();
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String database() {
        return "any";
    }

    @Override
    public boolean isSuperuser() {
        return isSuperuser;
    }

    @Override
    public boolean mayReplicate() {
        return mayReplicate;
    }

    @Override
    public Transaction transaction() {
        if (transaction == null) {
            transaction = log.wal.begin();
        }
        return transaction;
    }

    @Override
    public String setting(String name) {
        String value = settings.get(name);
        if (value == null) {
            throw SqlException.error(SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name
                    + "\"");
        }
        return value;
    }

    @Override
    public void set(String name, String value, boolean isLocal) {
        settings.put(name, value);
    }

    @Override
    public void notice(String severity, SqlState state, String message) {
        notices.add(severity + " " + state.code() + " " + message);
    }

    @Override
    public void awaitStandbys(Lsn end) {}

    @Override
    public void checkInterrupts() {
        if (isCancelled) {
            throw SqlException.error(SqlState.QUERY_CANCELED, "canceling statement due to user request");
        }
    }
}
