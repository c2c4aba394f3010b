package dev.seawall.walwriter.process;

import dev.seawall.settings.ArchiveSettings;
import dev.seawall.settings.CheckpointSettings;
import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.RecoverySettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CommitWait;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.auth.Authentication;
import dev.seawall.walwriter.auth.Users;
import dev.seawall.walwriter.basebackup.BaseBackupCommands;
import dev.seawall.walwriter.basebackup.BaseBackups;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.Backups;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.query.builtin.Builtins;
import dev.seawall.walwriter.sender.Replication;
import dev.seawall.walwriter.server.Backends;
import dev.seawall.walwriter.server.Server;
import dev.seawall.walwriter.server.ServerOptions;
import dev.seawall.walwriter.session.ReplicationCommands;
import dev.seawall.walwriter.session.SyncLevels;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.slots.SlotLimit;
import dev.seawall.walwriter.subscription.Subscriptions;
import dev.seawall.walwriter.syncrep.SyncRep;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server in front of an open log, with slots and streaming: in the walwriter's process, or in one
/// that has all roles in it.
public final class WalServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WalServer.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    /// For clients that were told to go to be gone.
    private static final Duration FAREWELL = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final ClusterLog log;
    private final LiveSettings settings;
    private final ReplicationSlots slots;
    private final Replication replication;
    private final BaseBackupCommands backups;
    private final Server server;

    /// Where a server runs.
    ///
    /// @param world for threads that wait for clients
    /// @param directory the cluster's
    public record Place(Disk disk, World world, Path directory, LiveSettings settings) {}

    /// Who gets in, and how: read before anything is opened, for a mistake in it must not cost a start.
    record Entrance(AccessRules rules, Certificates certificates) {

        static Entrance read(Place place) throws IOException {
            return new Entrance(AccessRules.read(place.disk(), place.directory(), place.settings()),
                    Certificates.read(place.disk(), place.directory(), place.settings()));
        }
    }

    private WalServer(ClusterLog log, LiveSettings settings, ReplicationSlots slots, Replication replication,
            BaseBackupCommands backups, Server server) {
        this.log = log;
        this.settings = settings;
        this.slots = slots;
        this.replication = replication;
        this.backups = backups;
        this.server = server;
    }

    /// Opens the slots, which claim the log they need, and listens.
    ///
    /// @param entrance  who gets in, and how
    /// @param links     what replication connections can ask for besides streaming
    /// @param packing   how base backups are packed
    /// @param inherited sockets that the service manager has opened; none: those of the settings
    static WalServer start(ClusterLog log, Place place, Entrance entrance, Checkpointing checkpointing,
            Supplier<ArchiverActivity> archiver, List<ReplicationCommands> links, BaseBackups packing,
            List<ServerSocketChannel> inherited) throws IOException {
        LiveSettings settings = place.settings();
        ReplicationSlots slots = ReplicationSlots.open(place.disk(), place.directory(), log,
                settings.get(ServerSettings.MAX_REPLICATION_SLOTS), () -> slotLimit(settings));
        Subscriptions subscriptions = new Subscriptions(log, slots, LogicalDecoding.load(), place.disk(),
                place.world(), place.directory(), () -> settings.get(RecoverySettings.LOGICAL_DECODING_WORK_MEM));
        Replication replication = new Replication(log, slots, subscriptions, place.disk(), place.world(),
                place.directory(), settings.get(ServerSettings.MAX_WAL_SENDERS),
                () -> settings.get(ServerSettings.WAL_SENDER_TIMEOUT),
                task -> Thread.ofVirtual().name("walsender-replies").start(task));
        configure(replication.syncRep(), settings.current());
        settings.onReload(changed -> configure(replication.syncRep(), changed));
        log.commitWait(replication.syncRep());
        Backends backends = new Backends();
        // The process writes the cluster's files, so they are its user's.
        String owner = System.getProperty("user.name");
        Cluster cluster = new Cluster(log, settings, checkpointing, archiver, slots, subscriptions, replication,
                backends, new Backups(), place.disk(), place.world(), place.directory(), owner, place.world().now());
        Authentication authentication = new Authentication(entrance.rules(),
                new Users(place.disk(), place.directory(), place.world()), owner, place.world());
        List<ReplicationCommands> commands = new ArrayList<>(links);
        BaseBackupCommands backups = new BaseBackupCommands(packing, place.world(),
                () -> settings.get(ArchiveSettings.ARCHIVE_MODE),
                () -> settings.get(ServerSettings.WAL_SENDER_TIMEOUT), log::fail);
        commands.add(replication);
        commands.add(backups);
        Server server = new Server(cluster, ServerOptions.of(settings.current(), place.directory()), backends,
                Builtins.catalog(), authentication::authenticate,
                entrance.certificates(), commands);
        WalServer started = new WalServer(log, settings, slots, replication, backups, server);
        try {
            server.start(inherited);
            return started;
        } catch (Throwable t) {
            started.close();
            throw t;
        }
    }

    private static void configure(SyncRep syncRep, Settings settings) {
        syncRep.configure(settings.get(ServerSettings.SYNCHRONOUS_STANDBY_NAMES),
                SyncLevels.of(settings.get(ServerSettings.SYNCHRONOUS_COMMIT)));
    }

    private static SlotLimit slotLimit(LiveSettings settings) {
        return new SlotLimit(settings.get(WalSettings.MAX_SLOT_WAL_KEEP_SIZE), settings.get(WalSettings.WAL_KEEP_SIZE),
                settings.get(CheckpointSettings.MAX_WAL_SIZE));
    }

    /// The same for a log whose data files and archive are looked after in this JVM.
    public static WalServer start(Wal wal, Place place, Checkpointing checkpointing,
            Supplier<ArchiverActivity> archiver, BaseBackups packing) throws IOException {
        return start(new ClusterLog(wal), place, Entrance.read(place), checkpointing,
                archiver, List.of(), packing, List.of());
    }

    public Server server() {
        return server;
    }

    /// How far the checkpointer's redo is, by its stream; [Lsn#INVALID] while none streams.
    Lsn redone() {
        long position = replication.redoPosition();
        return position == Long.MAX_VALUE ? Lsn.INVALID : new Lsn(position);
    }

    /// The log goes on on another timeline: who streams it is told.
    void timelineChanged() {
        replication.timelineChanged();
    }

    /// Takes no new clients; those that are there come to their end or are cut off. Who streams goes on.
    ///
    /// @param isFast whether to cut clients off; asked again while waiting for them
    public void endClients(BooleanSupplier isFast) {
        server.refuse();
        while (!isFast.getAsBoolean() && !server.awaitClients(LOOK)) {
            // They have all the time they want.
        }
        server.terminate();
        server.awaitClients(FAREWELL);
    }

    /// Waits, not for ever, until who streams has all of a log that takes nothing any more.
    public void drain() {
        Lsn end = log.flushLsn();
        Duration patience = settings.get(ServerSettings.WAL_SENDER_TIMEOUT);
        if (!replication.drain(end, patience.isZero() ? FAREWELL : patience)) {
            LOG.warn("who streams has not received all of the log end={}", end);
        }
    }

    /// Ends every connection; its client is told why.
    @Override
    public void close() throws IOException {
        log.commitWait(CommitWait.NONE);
        try (slots; replication; backups; server) {
            server.refuse();
            server.terminateAll();
            server.awaitAll(LAST_WORDS);
        }
    }
}
