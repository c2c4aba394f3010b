package dev.seawall.walwriter.server;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.RecoverySettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.auth.Identity;
import dev.seawall.walwriter.cluster.Backups;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.cluster.Senders;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.query.builtin.Builtins;
import dev.seawall.walwriter.session.ReplicationCommands;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.slots.SlotLimit;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.subscription.Subscriptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A cluster's log with a server in front of it, on the real disk, where everybody gets in: what tests of
/// the wire talk to. No checkpointer, no archiver.
public final class ServedLog implements AutoCloseable {

    public static final int PORT = 5432;
    /// Everybody else is a superuser.
    public static final String PLAIN_USER = "plain";

    private final Path directory;
    private final Wal wal;
    private final ReplicationSlots slots;
    private final Server server;
    private final Cluster cluster;

    private ServedLog(Path directory, Wal wal, ReplicationSlots slots, Server server, Cluster cluster) {
        this.directory = directory;
        this.wal = wal;
        this.slots = slots;
        this.server = server;
        this.cluster = cluster;
    }

    /// A new cluster, served on a Unix socket in its directory.
    ///
    /// @param directory its path must be short, for the socket's
    public static ServedLog create(Path directory) throws IOException {
        return create(directory, settings -> settings, _ -> new Streaming(List.of(), List::of));
    }

    /// A new cluster that listens on a free port of 127.0.0.1 too.
    public static ServedLog onLoopback(Path directory) throws IOException {
        int port = freePort();
        return create(directory, settings -> settings.with(ServerSettings.LISTEN_ADDRESSES, "127.0.0.1")
                .with(ServerSettings.PORT, port), _ -> new Streaming(List.of(), List::of));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /// What a replication connection can ask for.
    public record Streaming(List<ReplicationCommands> commands, Senders senders) {}

    /// What streaming is made of.
    public record Parts(Wal wal, ReplicationSlots slots, Subscriptions subscriptions, Disk disk, World world,
            Path directory) {}

    public static ServedLog create(Path directory, UnaryOperator<Settings> settings,
            Function<Parts, Streaming> streaming) throws IOException {
        Disk disk = new LinuxDisk();
        ClusterInit.create(disk, directory, ClusterInit.Options.of(7_000_000_000_000_000_001L),
                new SystemWorld().now());
        return open(directory, settings, streaming);
    }

    /// One that is there already.
    public static ServedLog open(Path directory, UnaryOperator<Settings> settings, Function<Parts, Streaming> streaming)
            throws IOException {
        Disk disk = new LinuxDisk();
        World world = new SystemWorld();
        Settings values = settings.apply(Settings.defaults().with(ServerSettings.LISTEN_ADDRESSES, ""));
        Wal wal = Wal.open(LogStart.start(disk, directory), WalOptions.DEFAULT, disk, world);
        ReplicationSlots slots = ReplicationSlots.open(disk, directory, wal,
                values.get(ServerSettings.MAX_REPLICATION_SLOTS), () -> new SlotLimit(
                        values.get(WalSettings.MAX_SLOT_WAL_KEEP_SIZE), 0, Long.MAX_VALUE));
        ClusterLog log = new ClusterLog(wal);
        Subscriptions subscriptions = new Subscriptions(log, slots, LogicalDecoding.load(), disk, world, directory,
                () -> values.get(RecoverySettings.LOGICAL_DECODING_WORK_MEM));
        Streaming served = streaming.apply(new Parts(wal, slots, subscriptions, disk, world, directory));
        Backends backends = new Backends();
        Cluster cluster = new Cluster(log, LiveSettings.fixed(values), new NoCheckpointer(),
                () -> ArchiverActivity.NONE, slots, subscriptions, served.senders(), backends, new Backups(), disk,
                world, directory, System.getProperty("user.name"), world.now());
        Server server = new Server(cluster, ServerOptions.of(values, directory), backends, Builtins.catalog(),
                (_, request, _, out) -> {
                    out.begin('R').int32(0).end();
                    boolean isSuperuser = !request.user().equals(PLAIN_USER);
                    return new Identity(request.user(), isSuperuser, isSuperuser);
                }, Encryption.NONE, served.commands());
        server.start(List.of());
        return new ServedLog(directory, wal, slots, server, cluster);
    }

    /// What clients pass as host.
    public Path directory() {
        return directory;
    }

    public Path socket() {
        return directory.resolve(".s.PGSQL." + port());
    }

    /// Of TCP, and in the Unix socket's name.
    public int port() {
        return cluster.settings().get(ServerSettings.PORT);
    }

    public Wal wal() {
        return wal;
    }

    public ReplicationSlots slots() {
        return slots;
    }

    public Server server() {
        return server;
    }

    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void close() throws IOException {
        try (wal; slots; server) {
            server.terminateAll();
        }
    }

    private static final class NoCheckpointer implements Checkpointing {

        private static NotConnectedException absent() {
            return new NotConnectedException("no checkpointer is connected");
        }

        @Override
        public boolean isConnected() {
            return false;
        }

        @Override
        public CheckpointReport checkpoint(boolean isImmediate, Runnable interrupts) throws IOException {
            throw absent();
        }

        @Override
        public void readPage(RelationId relation, int block, Lsn upTo, ByteBuffer into) throws IOException {
            throw absent();
        }

        @Override
        public Held holdFiles(boolean isImmediate) throws IOException {
            throw absent();
        }

        @Override
        public FileCopy copyFiles(Lsn redoPoint) throws IOException {
            throw absent();
        }

        @Override
        public CheckpointReport shutDown(Lsn end) throws IOException {
            throw absent();
        }

        @Override
        public CheckpointerActivity activity() {
            return CheckpointerActivity.NONE;
        }
    }

    /// Serves a new cluster until it is killed: for measuring by hand.
    public static void main(String[] arguments) throws Exception {
        try (ServedLog served = create(Path.of(arguments[0]),
                settings -> settings.with(ServerSettings.MAX_CONNECTIONS, 1000),
                _ -> new Streaming(List.of(), List::of))) {
            System.out.println(served.socket());
            Thread.currentThread().join();
        }
    }
}
