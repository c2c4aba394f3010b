package dev.seawall.walwriter.server;

import dev.seawall.walwriter.cluster.Sessions;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// All connections there are, by the process id that each is known by on the wire. Thread-safe.
public final class Backends implements Sessions {

    private final ConcurrentHashMap<Integer, Connection> byPid = new ConcurrentHashMap<>();
    private final AtomicInteger lastPid = new AtomicInteger();
    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicInteger replicas = new AtomicInteger();

    /// Gives a connection its id: small numbers, none twice at a time.
    int add(Connection connection) {
        while (true) {
            int pid = lastPid.updateAndGet(last -> last == Integer.MAX_VALUE ? 1 : last + 1);
            if (byPid.putIfAbsent(pid, connection) == null) {
                return pid;
            }
        }
    }

    void remove(int pid) {
        byPid.remove(pid);
    }

    /// One that has logged in takes a place, if there is one. Replication connections have places of their
    /// own: clients must not be able to keep the checkpointer out.
    ///
    /// @param limit places for one like it
    boolean enter(int limit, boolean isReplication) {
        return places(isReplication).getAndUpdate(now -> now < limit ? now + 1 : now) < limit;
    }

    void leave(boolean isReplication) {
        places(isReplication).decrementAndGet();
    }

    private AtomicInteger places(boolean isReplication) {
        return isReplication ? replicas : clients;
    }

    /// How many have logged in, replication connections not counted.
    public int clients() {
        return clients.get();
    }

    /// Connections that are not logged in yet.
    int strangers() {
        return (int) byPid.values().stream().filter(Connection::isStranger).count();
    }

    Collection<Connection> all() {
        return new ArrayList<>(byPid.values());
    }

    @Override
    public List<Session> list() {
        return byPid.values().stream().map(Connection::activity).filter(Objects::nonNull).toList();
    }

    @Override
    public boolean terminate(int pid) {
        Connection connection = byPid.get(pid);
        if (connection == null) {
            return false;
        }
        connection.end(SqlException.fatal(SqlState.ADMIN_SHUTDOWN,
                "terminating connection due to administrator command"));
        return true;
    }

    @Override
    public boolean cancel(int pid) {
        Connection connection = byPid.get(pid);
        return connection != null && connection.cancel();
    }

    /// A cancel request: obeyed if it knows the key, and never answered.
    void cancel(int pid, int key) {
        Connection connection = byPid.get(pid);
        if (connection != null && connection.isKey(key)) {
            connection.cancel();
        }
    }
}
