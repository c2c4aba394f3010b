package dev.seawall.walwriter.process;

import dev.seawall.settings.LiveSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.LinkCommands;
import dev.seawall.walwriter.link.LinkOrigin;
import dev.seawall.walwriter.server.Server;
import dev.seawall.walwriter.session.Session;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.UnattachedEnd;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
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

    private final Wal wal;
    private final LinkCommands links;
    private final WalServer server;

    private WalwriterProcess(Wal wal, LinkCommands links, WalServer server) {
        this.wal = wal;
        this.links = links;
        this.server = server;
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
        WalServer.Place place = new WalServer.Place(disk, listening, directory, settings);
        WalServer.Entrance entrance = WalServer.Entrance.read(place);
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
            return serve(wal, place, entrance, started, unattached, inherited);
        } catch (Throwable t) {
            wal.close();
            throw t;
        }
    }

    private static WalwriterProcess serve(Wal wal, WalServer.Place place, WalServer.Entrance entrance,
            StartedLog started, UnattachedEnd unattached, List<ServerSocketChannel> inherited) throws IOException {
        ClusterLog log = new ClusterLog(wal);
        LinkCommands links = new LinkCommands(log, LinkOrigin.of(started, unattached), place.disk(), place.world(),
                Session.SERVER_VERSION);
        place.settings().onReload(_ -> links.reload());
        return new WalwriterProcess(wal, links, WalServer.start(log, place, entrance, links.checkpointing(),
                links::archiverActivity, List.of(links), inherited));
    }

    public Wal wal() {
        return wal;
    }

    public Server server() {
        return server.server();
    }

    /// One line that tells where it stands.
    public String status() {
        return "timeline " + wal.history().timeline() + ", log up to " + wal.insertLsn() + ", durable up to "
                + wal.flushLsn() + ", clients " + server.server().backends().clients()
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
                server.endClients(isFast);
                shutDown();
                server.drain();
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

    /// Ends at once. Without [#stop] before it, the next start is one after a crash, which loses nothing.
    @Override
    public void close() throws IOException {
        try (wal; server) {
            LOG.debug("closing");
        }
    }
}
