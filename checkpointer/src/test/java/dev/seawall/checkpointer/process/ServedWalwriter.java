package dev.seawall.checkpointer.process;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.auth.Identity;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.cluster.Backups;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.link.ClientChannel;
import dev.seawall.walwriter.link.LinkCommands;
import dev.seawall.walwriter.link.LinkOrigin;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.query.builtin.Builtins;
import dev.seawall.walwriter.sender.Replication;
import dev.seawall.walwriter.server.Backends;
import dev.seawall.walwriter.server.Encryption;
import dev.seawall.walwriter.server.Server;
import dev.seawall.walwriter.server.ServerOptions;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.slots.SlotLimit;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.UnattachedEnd;
import dev.seawall.walwriter.subscription.Subscriptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A walwriter that a checkpointer process works with, on a Unix socket: the real server, put together
/// as its daemon is.
final class ServedWalwriter implements AutoCloseable {

    private static final int PORT = 5432;

    private final Wal wal;
    private final ReplicationSlots slots;
    private final LinkCommands links;
    private final Replication replication;
    private final Server server;

    private ServedWalwriter(Wal wal, ReplicationSlots slots, LinkCommands links, Replication replication,
            Server server) {
        this.wal = wal;
        this.slots = slots;
        this.links = links;
        this.replication = replication;
        this.server = server;
    }

    static ServedWalwriter open(Disk disk, World world, Path directory, WalOptions options) throws IOException {
        StartedLog started = LogStart.start(disk, directory);
        UnattachedEnd unattached = UnattachedEnd.keep(disk, started);
        Wal wal = Wal.open(started, options, disk, world);
        ReplicationSlots slots = ReplicationSlots.open(disk, directory, wal, 10, () -> SlotLimit.NONE);
        ClusterLog log = new ClusterLog(wal);
        LinkCommands links = new LinkCommands(log, LinkOrigin.of(started, unattached), disk, world,
                "test");
        Subscriptions subscriptions = new Subscriptions(log, slots, LogicalDecoding.load(), disk, world, directory,
                () -> 1 << 20);
        Replication replication = new Replication(wal, slots, subscriptions, disk, world, directory, 10,
                () -> Duration.ofMinutes(1), task -> Thread.ofVirtual().start(task));
        Settings settings = Settings.defaults().with(ServerSettings.LISTEN_ADDRESSES, "");
        Backends backends = new Backends();
        Cluster cluster = new Cluster(log, LiveSettings.fixed(settings), links.checkpointing(),
                links::archiverActivity, slots, subscriptions, replication, backends, new Backups(), disk, world,
                directory,
                System.getProperty("user.name"), world.now());
        Server server = new Server(cluster, ServerOptions.of(settings, directory), backends, Builtins.catalog(),
                (_, request, _, out) -> {
                    out.begin('R').int32(0).end();
                    return new Identity(request.user(), !request.user().equals("nobody"), true);
                }, Encryption.NONE, List.of(links, replication));
        server.start(List.of());
        return new ServedWalwriter(wal, slots, links, replication, server);
    }

    /// How a checkpointer reaches whichever walwriter serves a directory.
    static Walwriter at(Path directory) {
        return command -> ClientChannel.open(Address.in(directory, PORT), login("someone"), command);
    }

    static Login login(String user) {
        return Login.of(user, "checkpointer").withReplication(Login.Replication.PHYSICAL);
    }

    Wal wal() {
        return wal;
    }

    Checkpointing checkpointing() {
        return links.checkpointing();
    }

    LinkCommands links() {
        return links;
    }

    /// The end as it should be: fence, the last checkpoint, the shutdown record.
    CheckpointReport shutDown() throws IOException {
        Lsn end = wal.fence();
        CheckpointReport report = checkpointing().shutDown(end);
        wal.shutdown(report);
        replication.drain(wal.insertLsn(), Duration.ofSeconds(10));
        close();
        return report;
    }

    /// The end that nobody is told of.
    @Override
    public void close() throws IOException {
        try (wal; slots; replication; server) {
            server.terminateAll();
        }
    }
}
