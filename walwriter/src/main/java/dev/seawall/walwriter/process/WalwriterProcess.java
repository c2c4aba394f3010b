package dev.seawall.walwriter.process;

import dev.seawall.settings.LiveSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.basebackup.BaseBackups;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.cluster.Following;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.LinkCommands;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.server.Server;
import dev.seawall.walwriter.session.Session;
import dev.seawall.walwriter.standby.PrimaryUpstream;
import dev.seawall.walwriter.standby.Promotion;
import dev.seawall.walwriter.standby.Standby;
import dev.seawall.walwriter.start.LogStart;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The walwriter as a process of its own: the log, and the server in front of it.
///
/// A primary takes commits as soon as the log's end is found, whether or not a checkpointer or an archiver
/// is there. With a `standby.signal` it is a standby: its log is another's, received; [#promote] makes a
/// primary of it without an end of its sessions. [#stop] shuts down with the checkpointer's help; [#close]
/// ends at once, as a crash would.
public final class WalwriterProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WalwriterProcess.class);

    private final WalServer.Place place;
    private final World world;
    private final Archive archive;
    private final ClusterLog log;
    private final LinkCommands links;
    private final WalServer server;
    private final AtomicReference<@Nullable CompletableFuture<Void>> promotion = new AtomicReference<>();
    private volatile OpenedLog opened;
    private volatile WalOptions options;
    private volatile @Nullable Standby standby;
    private volatile PrimaryUpstream.Where followed;

    /// The archive as a standby and its promotion need it.
    ///
    /// @param source      where log comes from that the primary has no more
    /// @param claims      where a new timeline is claimed
    public record Archive(SegmentSource source, TimelineClaims claims) {

        /// There is none: then `pg_wal` is the only witness of timelines.
        public static final Archive NONE = new Archive(
                (_, _) -> new SegmentSource.Fetched.Absent("there is no archive"), _ -> true);
    }

    private WalwriterProcess(WalServer.Place place, World world, Archive archive, OpenedLog opened,
            WalOptions options, WalServer.Entrance entrance, BaseBackups packing,
            List<ServerSocketChannel> inherited) throws IOException {
        this.place = place;
        this.world = world;
        this.archive = archive;
        this.opened = opened;
        this.options = options;
        this.log = new ClusterLog(opened.log());
        this.links = new LinkCommands(log, opened.origin(), place.disk(), place.world(), Session.SERVER_VERSION);
        place.settings().onReload(_ -> links.reload());
        this.followed = StandbySources.where(place.settings());
        place.settings().onReload(_ -> reloaded());
        if (opened.log() instanceof StandbyLog) {
            log.following(new StandbyPart());
        }
        this.server = WalServer.start(log, place, entrance, links.checkpointing(), links::archiverActivity,
                List.of(links), packing, inherited);
    }

    /// Opens the log and serves it.
    ///
    /// @param listening    for threads that wait for clients; the world of all else may be watched
    /// @param options      what the settings say of the log
    /// @param acceptLossAt see [LogStart]
    /// @param archive      for a standby
    /// @param packing      how base backups are packed
    /// @param inherited    sockets that the service manager has opened; none: those of the settings
    public static WalwriterProcess open(Disk disk, World world, World listening, Path directory,
            LiveSettings settings, WalOptions options, Lsn acceptLossAt, Archive archive, BaseBackups packing,
            List<ServerSocketChannel> inherited) throws IOException {
        WalServer.Place place = new WalServer.Place(disk, listening, directory, settings);
        WalServer.Entrance entrance = WalServer.Entrance.read(place);
        OpenedLog opened = OpenedLog.open(place, world, options, acceptLossAt);
        try {
            WalwriterProcess process =
                    new WalwriterProcess(place, world, archive, opened, options, entrance, packing, inherited);
            process.follow();
            return process;
        } catch (Throwable t) {
            opened.close();
            throw t;
        }
    }

    /// Of a standby: begins to receive.
    private void follow() {
        if (opened.log() instanceof StandbyLog received) {
            standby = Standby.start(received, place.disk(), place.directory(),
                    StandbySources.of(received, archive.source(), place), StandbySources.pace(place.settings()),
                    this::applied, this::timelineChanged, place.world());
        }
    }

    /// A standby leaves a server that it is no longer to follow.
    private void reloaded() {
        PrimaryUpstream.Where now = StandbySources.where(place.settings());
        Standby receiver = standby;
        if (receiver != null && !now.equals(followed)) {
            receiver.reconnect();
        }
        followed = now;
    }

    private Lsn applied() {
        return Lsn.max(links.checkpointing().activity().applied(), server.redone());
    }

    /// Who follows this log comes back, and is told which it is now.
    private void timelineChanged() {
        links.changed(opened.origin());
        server.timelineChanged();
    }

    /// Takes changed options, as far as they can change while the log is open.
    public void options(WalOptions changed) {
        options = changed;
        opened.options(changed);
    }

    public ClusterLog log() {
        return log;
    }

    public Server server() {
        return server.server();
    }

    /// One line that tells where it stands.
    public String status() {
        String where = log.current() instanceof Wal wal
                ? "log up to " + wal.insertLsn() + ", durable up to " + wal.flushLsn()
                : "standby, " + receiving() + ", log up to " + log.flushLsn();
        return "timeline " + log.history().timeline() + ", " + where + ", clients "
                + server.server().backends().clients()
                + (links.checkpointing().isConnected() ? "" : ", no checkpointer");
    }

    private String receiving() {
        Standby receiver = standby;
        if (receiver == null) {
            return "starting";
        }
        Following.Receiving now = receiver.receiving();
        return now.source().isEmpty() ? now.state() : now.state() + " from " + now.source();
    }

    /// What ended it, or null.
    public @Nullable Throwable failure() {
        return log.failure();
    }

    /// What a standby's sessions ask.
    private final class StandbyPart implements Following {

        @Override
        public Receiving receiving() {
            return Objects.requireNonNull(standby, "the standby is starting").receiving();
        }

        @Override
        public CompletableFuture<Void> promote() {
            return WalwriterProcess.this.promote();
        }
    }

    /// Makes a primary of a standby, in a thread of its own: its log goes on on a timeline of its own, and
    /// takes commits. Sessions go on; streams and links end, and come back. Asked again, it is the same.
    ///
    /// @return done when it takes commits; when it fails half-way the log has failed, and the process is to end
    /// @throws IllegalStateException if it is not a standby, or has not all the log that it needs
    public CompletableFuture<Void> promote() {
        Standby receiver = standby;
        if (receiver == null) {
            throw new IllegalStateException("recovery is not in progress");
        }
        promotionWith(receiver).check(receiver.log());
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> before = promotion.compareAndExchange(null, done);
        if (before != null) {
            return before;
        }
        Thread.ofPlatform().name("promotion").daemon().start(() -> promote(receiver, done));
        return done;
    }

    private Promotion promotionWith(Standby receiver) {
        return new Promotion(place.disk(), world, archive.source(), archive.claims(), options.isArchiving());
    }

    private void promote(Standby receiver, CompletableFuture<Void> done) {
        try {
            LOG.info("promotion begins end={} timeline={}", log.flushLsn(), log.history().timeline());
            OpenedLog next = OpenedLog.primary(receiver.promote(promotionWith(receiver)), place.disk(), world, options);
            opened = next;
            standby = null;
            log.promoted((Wal) next.log());
            timelineChanged();
            LOG.info("promoted timeline={} insert={}", log.history().timeline(), log.wal().insertLsn());
            done.complete(null);
        } catch (Throwable t) {
            receiver.log().fail(t);
            done.completeExceptionally(t);
        }
    }

    /// Shuts down: no new clients; those that are there come to their end or are cut off; the
    /// checkpointer makes everything durable; the log says that it ended well, and who streams has all
    /// of it. When no checkpointer helps nothing is lost: the next start has something to redo.
    ///
    /// @param isFast whether to cut clients off; asked again while waiting for them
    public void stop(BooleanSupplier isFast) throws IOException {
        try {
            if (log.failure() == null) {
                server.endClients(isFast);
                Standby receiver = standby;
                if (receiver != null) {
                    shutDown(receiver);
                } else {
                    shutDown(log.wal());
                }
                server.drain();
            }
        } finally {
            close();
        }
    }

    private void shutDown(Wal wal) throws IOException {
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

    /// A standby has nobody who waits for its commits: what redo has not done is redone at the next start.
    private static void shutDown(Standby receiver) throws IOException {
        receiver.stop();
        receiver.log().shutDown();
    }

    /// Ends at once. Without [#stop] before it, the next start is one after a crash, which loses nothing.
    @Override
    public void close() throws IOException {
        Standby receiver = standby;
        try (OpenedLog _ = opened; server) {
            LOG.debug("closing standby={}", receiver != null);
            if (receiver != null) {
                receiver.stop();
            }
        }
    }
}
