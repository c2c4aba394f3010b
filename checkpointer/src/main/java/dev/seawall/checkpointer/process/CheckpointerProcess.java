package dev.seawall.checkpointer.process;

import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.checkpointer.Checkpointer;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.WatchedRole;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.link.Bytes;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The checkpointer as a process of its own: redo, pages and checkpoints of a cluster whose log another
/// process writes.
///
/// It may start before the walwriter, and stays when that goes: redo keeps its place, and goes on
/// when a walwriter is there again. It ends by [#close], or when something of its own failed or the
/// log that comes is not the one that `base/` is made of: [#failure] tells. Thread-safe.
public final class CheckpointerProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointerProcess.class);

    private final Disk disk;
    private final World world;
    private final World listening;
    private final Path directory;
    private final ProcessOptions options;
    private final Supplier<List<ResourceManager>> engines;
    private final Walwriter walwriter;
    private final Consumer<Throwable> onFailure;
    private final Runnable onReload;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final WalwriterLink link;
    private final Errands errands;
    private final ProgressReports reports;
    private volatile CheckpointOptions checkpoints;
    private volatile @Nullable FollowedLog followed;
    private volatile World.@Nullable Running linkRunning;
    private volatile boolean isClosed;

    /// What it tells its host.
    ///
    /// @param onFailure called once, when it has failed; by a thread of its own, briefly
    /// @param onReload  called when the walwriter says that the configuration is to be read anew
    public record Host(Consumer<Throwable> onFailure, Runnable onReload) {}

    private CheckpointerProcess(Disk disk, World world, World listening, Path directory, ProcessOptions options,
            Supplier<List<ResourceManager>> engines, Walwriter walwriter, Host host) {
        this.disk = disk;
        this.world = world;
        this.listening = listening;
        this.directory = directory;
        this.options = options;
        this.checkpoints = options.checkpoints();
        this.engines = engines;
        this.walwriter = walwriter;
        this.onFailure = host.onFailure();
        this.onReload = host.onReload();
        this.errands = new Errands(this::applied, world);
        this.link = new WalwriterLink(walwriter, world, new Following());
        this.reports = new ProgressReports(() -> followed, link::attached, world);
    }

    /// Starts; `base/` is opened when the walwriter is there.
    ///
    /// @param listening runs what waits for the walwriter, and so comes round when that pleases: `world` may be
    ///                  watched
    /// @param engines   made anew each time that `base/` is opened
    public static CheckpointerProcess start(Disk disk, World world, World listening, Path directory,
            ProcessOptions options,
            Supplier<List<ResourceManager>> engines, Walwriter walwriter, Host host) {
        CheckpointerProcess started =
                new CheckpointerProcess(disk, world, listening, directory, options, engines, walwriter, host);
        started.errands.start();
        started.reports.start(listening, started::failed);
        started.linkRunning = listening.start(new WatchedRole(started.link, started::failed));
        return started;
    }

    /// Takes new settings, from the next decision on.
    public void options(CheckpointOptions changed) {
        checkpoints = changed;
        FollowedLog log = followed;
        if (log != null) {
            log.checkpointer().options(changed);
        }
    }

    /// What ended it, or null while it goes on.
    public @Nullable Throwable failure() {
        return failure.get();
    }

    /// Whether a walwriter is there.
    public boolean isConnected() {
        return link.attached() != null;
    }

    /// How far redo is; [Lsn#INVALID] as long as `base/` is not open.
    public Lsn applied() {
        FollowedLog log = followed;
        return log == null ? Lsn.INVALID : log.redo().applied();
    }

    /// One line for people: where it stands.
    public String status() {
        FollowedLog log = followed;
        if (log == null) {
            return "waiting for the walwriter";
        }
        return (isConnected() ? "following" : "waiting for the walwriter on")
                + " timeline " + log.welcome().history().timeline() + ", redo at " + log.redo().applied()
                + ", " + Math.max(0, log.announced().minus(log.redo().applied())) + " bytes behind, checkpoint at "
                + log.dataFiles().redoPoint();
    }

    private void failed(Throwable cause) {
        if (!isClosed && failure.compareAndSet(null, cause)) {
            LOG.error("the checkpointer failed", cause);
            errands.failed(cause);
            onFailure.accept(cause);
        }
    }

    /// Ends everything. What was not checkpointed is redone by the next one.
    @Override
    public void close() throws IOException {
        isClosed = true;
        link.close();
        // It opens and closes the files: nobody else may meanwhile.
        World.Running running = linkRunning;
        if (running != null) {
            running.close();
        }
        reports.close();
        errands.close();
        FollowedLog log = followed;
        followed = null;
        if (log != null) {
            log.close();
        }
    }

    /// What the link brings. In the link's thread, but for what redo has to be waited for.
    private final class Following implements WalwriterLink.Follower {

        private final CopyRequests copies = new CopyRequests(() -> open().liveFiles(), errands);

        @Override
        public void welcomed(LinkMessage.Welcome welcome) throws IOException {
            FollowedLog log = followed;
            if (log != null && !isContinued(log, welcome)) {
                LOG.info("the log is on timeline {} now; opening the data files anew", welcome.history().timeline());
                followed = null;
                log.close();
                log = null;
            }
            if (log == null) {
                FollowedLog opened = FollowedLog.open(welcome, new FollowedLog.Opening(disk, world, listening,
                        directory, options, engines.get(), walwriter, link::attached, reports::ask,
                        CheckpointerProcess.this::failed));
                opened.checkpointer().options(checkpoints);
                opened.redo().onProgress(_ -> errands.wake());
                followed = opened;
            }
        }

        /// Whether redo, with what it has in memory, may go on with the log that is there now.
        ///
        /// @throws WalCorruptException if that is not the log it has followed
        private boolean isContinued(FollowedLog log, LinkMessage.Welcome now) throws WalCorruptException {
            LinkMessage.Welcome before = log.welcome();
            PageLayout layout = log.layout();
            if (now.systemId() != before.systemId() || now.segmentBytes() != before.segmentBytes()) {
                throw foreign("is of another cluster: system identifier " + Long.toUnsignedString(now.systemId())
                        + ", not " + Long.toUnsignedString(before.systemId()));
            }
            TimelineHistory history = now.history();
            Lsn left = history.switchPointOf(before.history().timeline());
            if (layout.startOf(log.received()).isAfter(layout.startOf(left))) {
                throw foreign("is on timeline " + history.timeline() + ", which left timeline "
                        + before.history().timeline() + " at " + left + ", but was streamed up to " + log.received());
            }
            if (layout.startOf(log.received()).isAfter(layout.startOf(now.end()))) {
                throw foreign("ends at " + now.end() + ", but was streamed up to " + log.received());
            }
            return history.timeline().equals(before.history().timeline()) && now.isStandby() == before.isStandby();
        }

        private WalCorruptException foreign(String problem) {
            return WalCorruptException.inFile("the walwriter's log is not the one that was followed: it " + problem,
                    directory.toString(), "Put back the base/ and pg_wal/ that belong together, or restore the cluster"
                            + " from a backup; then start the checkpointer.");
        }

        @Override
        public void attached() {
            open().connect();
            reports.ask();
        }

        @Override
        public void detached() {
            errands.drop();
            FollowedLog log = followed;
            if (log != null) {
                log.checkpointer().endCopies();
                log.checkpointer().resume();
            }
        }

        @Override
        public CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
            return switch (request) {
                case LinkMessage.Checkpoint(Lsn upTo, boolean isImmediate) -> {
                    checkpointer().hold().requireFree();
                    yield errands.add(upTo, () -> reported(checkpointer().requestCheckpoint(isImmediate)));
                }
                case LinkMessage.HoldFiles(Lsn upTo, boolean isImmediate) -> checkpointer().hold().isHeld()
                        // Not when redo is there: it may be waiting for the files' release.
                        ? reported(checkpointer().hold().request(isImmediate))
                        : errands.add(upTo, () -> reported(checkpointer().hold().request(isImmediate)));
                case LinkMessage.ReadPage read -> errands.add(read.upTo(), () -> read(read));
                case LinkMessage.ReleaseFiles() -> {
                    checkpointer().hold().release();
                    yield CompletableFuture.completedFuture(new LinkMessage.Done());
                }
                case LinkMessage.ListFiles list -> copies.list(list);
                case LinkMessage.CopyFile copy -> copies.copy(copy);
                case LinkMessage.HoldEngineFiles() -> copies.hold();
                case LinkMessage.ReleaseEngineFiles() -> copies.release();
                case LinkMessage.ShutDown(Lsn end) -> reported(checkpointer().requestShutdown(end));
                case LinkMessage.Attach _, LinkMessage.Report _, LinkMessage.AbortTransactionsBefore _,
                        LinkMessage.SwitchSegment _, LinkMessage.LastImportant _ -> CompletableFuture.failedFuture(
                                new IllegalArgumentException("a checkpointer does not do this: " + request));
            };
        }

        private FollowedLog open() {
            FollowedLog log = followed;
            if (log == null) {
                throw new IllegalStateException("the data files are not open");
            }
            return log;
        }

        private Checkpointer checkpointer() {
            return open().checkpointer();
        }

        private CompletableFuture<LinkMessage.Answer> reported(CompletableFuture<CheckpointReport> report) {
            return report.thenApply(LinkMessage.Reported::new);
        }

        private CompletableFuture<LinkMessage.Answer> read(LinkMessage.ReadPage request) throws IOException {
            ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
            open().dataFiles().pages().read(request.relation(), request.block(), page);
            return CompletableFuture.completedFuture(new LinkMessage.Page(Bytes.of(page.flip())));
        }

        @Override
        public void reload() {
            onReload.run();
        }
    }
}
