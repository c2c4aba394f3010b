package dev.seawall.walwriter.server;

import dev.seawall.settings.ServerSettings;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.auth.Identity;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.session.Plans;
import dev.seawall.walwriter.session.ReplicationCommands;
import dev.seawall.walwriter.wire.MessageMemory;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves a cluster on PostgreSQL's protocol: a virtual thread a connection.
///
/// It begins to accept when [#start] is called. To end: [#refuse] new sessions, then wait until clients
/// have gone or [#terminate] them, then [#close].
public final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration POLL = Duration.ofMillis(20);
    /// Connections that have not logged in yet: above it the one that has taken longest goes.
    private static final int MIN_STRANGERS = 64;
    /// Replication connections for the checkpointer and the archiver, which are superusers: three, and as
    /// many again while those of a role that was killed are still seen.
    private static final int ROLES_CONNECTIONS = 6;

    private final Cluster cluster;
    private final ServerOptions options;
    private final Backends backends;
    private final Catalog catalog;
    private final Plans plans;
    private final Logins logins;
    private final Encryption encryption;
    private final List<ReplicationCommands> commands;
    private final MessageMemory memory;
    private final List<Listener> listeners = new ArrayList<>();
    private World.@Nullable Running deadlines;
    private volatile boolean isRefusing;
    private volatile boolean isClosed;

    /// @param backends the cluster's sessions
    /// @param commands what replication connections understand besides SQL
    public Server(Cluster cluster, ServerOptions options, Backends backends, Catalog catalog, Logins logins,
            Encryption encryption, List<ReplicationCommands> commands) {
        this.cluster = cluster;
        this.options = options;
        this.backends = backends;
        this.catalog = catalog;
        this.plans = new Plans(catalog);
        this.logins = logins;
        this.encryption = encryption;
        this.commands = List.copyOf(commands);
        this.memory = new MessageMemory(Runtime.getRuntime().maxMemory() / 4 * 3, cluster.world());
    }

    /// Listens and accepts.
    ///
    /// @param inherited sockets that the service manager has opened; if there are any, no others are
    public void start(List<ServerSocketChannel> inherited) throws IOException {
        try {
            for (ServerSocketChannel channel : inherited) {
                listeners.add(Listener.inherited(channel));
            }
            if (inherited.isEmpty()) {
                for (String host : options.listenAddresses()) {
                    listeners.addAll(Listener.tcp(host, options.port()));
                }
                for (Path directory : options.socketDirectories()) {
                    listeners.add(Listener.unix(options.socketIn(directory), options.socketMode()));
                }
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        deadlines = cluster.world().start(new Deadlines(backends, cluster.world()));
        for (Listener listener : listeners) {
            LOG.info("listening on {}", listener.address());
            listener.start(this::accept);
        }
    }

    /// Where it listens.
    public List<SocketAddress> addresses() throws IOException {
        List<SocketAddress> addresses = new ArrayList<>();
        for (Listener listener : listeners) {
            addresses.add(listener.address());
        }
        return addresses;
    }

    private void accept(SocketChannel socket) {
        // Whatever happens here must not end the listener, nor leave a socket that nobody closes.
        boolean isServed = false;
        try {
            InetSocketAddress client = socket.getRemoteAddress() instanceof InetSocketAddress inet ? inet : null;
            if (client != null) {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                // A peer that vanished is found out some day.
                socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            }
            makeRoom();
            Connection connection = new Connection(this, socket, client);
            try {
                Thread.ofVirtual().name("backend-" + connection.pid()).start(connection);
                isServed = true;
            } finally {
                if (!isServed) {
                    backends.remove(connection.pid());
                }
            }
            if (isClosed) {
                // Whoever closed everything may not have seen this one.
                connection.close();
            }
        } catch (IOException e) {
            LOG.debug("connection lost before it began", e);
        } finally {
            if (!isServed) {
                closeUnserved(socket);
            }
        }
    }

    private static void closeUnserved(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a connection that never began", e);
        }
    }

    /// A crowd of silent strangers must not keep others out.
    private void makeRoom() {
        if (backends.strangers() >= Math.max(MIN_STRANGERS, options.maxConnections())) {
            backends.all().stream().filter(Connection::isStranger)
                    .min((a, b) -> Long.compare(a.acceptedNanos(), b.acceptedNanos())).ifPresent(Connection::close);
        }
    }

    Cluster cluster() {
        return cluster;
    }

    ServerOptions options() {
        return options;
    }

    public Backends backends() {
        return backends;
    }

    Catalog catalog() {
        return catalog;
    }

    Plans plans() {
        return plans;
    }

    Logins logins() {
        return logins;
    }

    Encryption encryption() {
        return encryption;
    }

    List<ReplicationCommands> commands() {
        return commands;
    }

    MessageMemory memory() {
        return memory;
    }

    Duration authenticationTimeout() {
        return cluster.settings().get(ServerSettings.AUTHENTICATION_TIMEOUT);
    }

    /// How many may have logged in for one like this to get a place.
    int placesFor(Identity identity, boolean isReplication) {
        if (isReplication) {
            int senders = cluster.settings().get(ServerSettings.MAX_WAL_SENDERS);
            return identity.isSuperuser() ? senders + ROLES_CONNECTIONS : senders;
        }
        return identity.isSuperuser() ? options.maxConnections()
                : Math.max(1, options.maxConnections() - options.reservedConnections());
    }

    void checkOpen() {
        if (isRefusing) {
            throw SqlException.fatal(SqlState.CANNOT_CONNECT_NOW, "the database system is shutting down");
        }
    }

    /// Takes no new sessions any more.
    public void refuse() {
        isRefusing = true;
    }

    /// Waits until no client is there that is not a replication connection.
    ///
    /// @return whether they have gone
    public boolean awaitClients(Duration atMost) {
        return await(atMost, connection -> !connection.isReplication());
    }

    /// Waits until nobody is there.
    ///
    /// @return whether they have gone
    public boolean awaitAll(Duration atMost) {
        return await(atMost, _ -> true);
    }

    private boolean await(Duration atMost, Predicate<Connection> which) {
        World world = cluster.world();
        long end = world.nanoTime() + atMost.toNanos();
        while (backends.all().stream().anyMatch(which)) {
            if (world.nanoTime() - end > 0) {
                return false;
            }
            world.park(() -> false, POLL.toNanos());
        }
        return true;
    }

    /// Ends every session that is not a replication connection, and whoever has not logged in.
    public void terminate() {
        end(connection -> !connection.isReplication());
    }

    /// Ends every session.
    public void terminateAll() {
        end(_ -> true);
    }

    private void end(Predicate<Connection> which) {
        SqlException reason = SqlException.fatal(SqlState.ADMIN_SHUTDOWN,
                "terminating connection due to administrator command");
        backends.all().stream().filter(which).forEach(connection -> connection.end(reason));
    }

    /// Ends all connections at once, and stops listening.
    @Override
    public void close() throws IOException {
        isRefusing = true;
        IOException first = null;
        for (Listener listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        isClosed = true;
        backends.all().forEach(Connection::close);
        World.Running running = deadlines;
        if (running != null) {
            running.close();
        }
        if (first != null) {
            throw first;
        }
    }
}
