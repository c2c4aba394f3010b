package dev.seawall.walwriter.process;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.auth.Authentication;
import dev.seawall.walwriter.auth.Users;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.LinkCommands;
import dev.seawall.walwriter.query.builtin.Builtins;
import dev.seawall.walwriter.sender.Replication;
import dev.seawall.walwriter.server.Backends;
import dev.seawall.walwriter.server.Encryption;
import dev.seawall.walwriter.server.Server;
import dev.seawall.walwriter.server.ServerOptions;
import dev.seawall.walwriter.session.Session;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.UnattachedEnd;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The walwriter as a process of its own: the log, and the server in front of it.
///
/// It takes commits as soon as the log's end is found, whether or not a checkpointer or an archiver is
/// there. [#stop] shuts down with the checkpointer's help; [#close] ends at once, as a crash would.
public final class WalwriterProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WalwriterProcess.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    /// For clients that were told to go to be gone.
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Wal wal;
    private final ReplicationSlots slots;
    private final Replication replication;
    private final LinkCommands links;
    private final Server server;
    private final LiveSettings settings;

    private WalwriterProcess(Wal wal, ReplicationSlots slots, Replication replication, LinkCommands links,
            Server server, LiveSettings settings) {
        this.wal = wal;
        this.slots = slots;
        this.replication = replication;
        this.links = links;
        this.server = server;
        this.settings = settings;
    }

    /// Opens the log and serves it.
    ///
    /// @param listening    for threads that wait for clients; the world of all else may be watched
    /// @param options      what the settings say of the log
    /// @param acceptLossAt see [LogStart]
    /// @param inherited    sockets that the service manager has opened; none: those of the settings
    public static WalwriterProcess open(Disk disk, World world, World listening, Path directory,
            LiveSettings settings, WalOptions options, Lsn acceptLossAt, List<ServerSocketChannel> inherited)
            throws IOException {
        // Mistakes in the rules are found before anything is written.
        AccessRules rules = AccessRules.read(disk, directory, settings);
        StartedLog started = LogStart.start(disk, directory, acceptLossAt);
        UnattachedEnd unattached;
        try {
            unattached = UnattachedEnd.keep(disk, started);
        } catch (Throwable t) {
            started.close();
            throw t;
        }
        Wal wal = Wal.open(started, options, disk, world);
        try {
            return serve(disk, world, listening, directory, settings, rules, started, unattached, wal, inherited);
        } catch (Throwable t) {
            wal.close();
            throw t;
        }
    }

    private static WalwriterProcess serve(Disk disk, World world, World listening, Path directory,
            LiveSettings settings, AccessRules rules, StartedLog started, UnattachedEnd unattached, Wal wal,
            List<ServerSocketChannel> inherited) throws IOException {
        ReplicationSlots slots = ReplicationSlots.open(disk, directory, wal,
                settings.get(ServerSettings.MAX_REPLICATION_SLOTS));
        Replication replication = new Replication(wal, slots, disk, listening, directory,
                settings.get(ServerSettings.MAX_WAL_SENDERS), () -> settings.get(ServerSettings.WAL_SENDER_TIMEOUT),
                task -> Thread.ofVirtual().name("walsender-replies").start(task));
        LinkCommands links = new LinkCommands(wal, started, unattached, disk, listening, Session.SERVER_VERSION);
        settings.onReload(_ -> links.reload());
        Backends backends = new Backends();
        // The process writes the cluster's files, so they are its user's.
        String owner = System.getProperty("user.name");
        Cluster cluster = new Cluster(wal, settings, links.checkpointing(), links::archiverActivity, slots, replication,
                backends, disk, listening, directory, owner, world.now());
        Authentication authentication = new Authentication(rules, new Users(disk, directory, listening), owner,
                listening);
        Server server = new Server(cluster, ServerOptions.of(settings.current(), directory), backends,
                Builtins.catalog(), authentication::authenticate, Encryption.NONE, List.of(replication, links));
        WalwriterProcess opened = new WalwriterProcess(wal, slots, replication, links, server, settings);
        try {
            server.start(inherited);
        } catch (Throwable t) {
            opened.closeServer();
            throw t;
        }
        return opened;
    }

    public Wal wal() {
        return wal;
    }

    public Server server() {
        return server;
    }

    /// One line that tells where it stands.
    public String status() {
        return "timeline " + wal.history().timeline() + ", log up to " + wal.insertLsn() + ", durable up to "
                + wal.flushLsn() + ", clients " + server.backends().clients()
                + (links.checkpointing().isConnected() ? "" : ", no checkpointer");
    }

    /// What ended it, or null.
    public @Nullable Throwable failure() {
        return wal.failure();
    }

    /// Shuts down: no new clients; those that are there come to their end or are cut off; the
    /// checkpointer makes everything durable; the log says that it ended well, and who streams has all
    /// of it. When no checkpointer helps nothing is lost: the next start has something to redo.
    ///
    /// @param isFast whether to cut clients off; asked again while waiting for them
    public void stop(BooleanSupplier isFast) throws IOException {
        try {
            if (wal.failure() == null) {
                server.refuse();
                while (!isFast.getAsBoolean() && !server.awaitClients(LOOK)) {
                    // They have all the time they want.
                }
                server.terminate();
                server.awaitClients(FAREWELL);
                shutDown();
                drain();
            }
        } finally {
            close();
        }
    }

    private void shutDown() throws IOException {
        Lsn end = wal.fence();
        try {
            CheckpointReport report = links.checkpointing().shutDown(end);
            if (report.redo().equals(wal.layout().startOf(wal.insertLsn()))) {
                wal.shutdown(report);
            } else {
                LOG.warn("shut down without a shutdown checkpoint end={} confirmed={}", end, report.redo());
            }
        } catch (NotConnectedException e) {
            LOG.warn("shut down without a shutdown checkpoint, the next start has something to redo: {}",
                    e.getMessage());
        }
    }

    private void drain() {
        Duration patience = settings.get(ServerSettings.WAL_SENDER_TIMEOUT);
        if (!replication.drain(wal.flushLsn(), patience.isZero() ? FAREWELL : patience)) {
            LOG.warn("who streams has not received all of the log end={}", wal.flushLsn());
        }
    }

    private void closeServer() throws IOException {
        try (slots; replication; server) {
            server.terminateAll();
        }
    }

    /// Ends at once. Without [#stop] before it, the next start is one after a crash, which loses nothing.
    @Override
    public void close() throws IOException {
        try (wal) {
            closeServer();
        }
    }
}
