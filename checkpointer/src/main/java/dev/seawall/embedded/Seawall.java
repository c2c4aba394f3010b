package dev.seawall.embedded;

import dev.seawall.archiver.Archiver;
import dev.seawall.archiver.OnlineCopy;
import dev.seawall.archiver.PageCopy;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.backup.BaseBackup;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.stream.StreamedBackups;
import dev.seawall.checkpointer.CheckpointLog;
import dev.seawall.checkpointer.Checkpointer;
import dev.seawall.checkpointer.DataFiles;
import dev.seawall.checkpointer.LiveFiles;
import dev.seawall.checkpointer.RedoState;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.redo.StopRule;
import dev.seawall.settings.LiveSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.WatchedRole;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.OnlineBackup;
import dev.seawall.walwriter.process.WalServer;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.UnattachedEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A cluster, open in this JVM: the log, redo, the checkpointer and the archiver.
///
/// Commits are taken as soon as the log's end is found; redo catches up meanwhile. Thread-safe.
/// After [Wal#failure] nothing works any more; close it and open it again.
public final class Seawall implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Seawall.class);
    private static final Duration ARCHIVE_WAIT = Duration.ofMinutes(5);

    private final Disk disk;
    private final World world;
    private final Path directory;
    private final Opened parts;
    private volatile boolean isStopped;

    /// What was opened so far, closed in reverse when opening fails half-way.
    private static final class Opened {
        @Nullable Wal wal;
        @Nullable DataFiles dataFiles;
        @Nullable ResourceManagers managers;
        @Nullable Redo redo;
        World.@Nullable Running redoRunning;
        @Nullable Checkpointer checkpointer;
        @Nullable Archiving archiving;
    }

    private Seawall(Disk disk, World world, Path directory, Opened parts) {
        this.disk = disk;
        this.world = world;
        this.directory = directory;
        this.parts = parts;
    }

    /// Creates a cluster in `directory`, which must be empty but for `seawall.conf`, or absent. Which way to make the
    /// log durable is the fastest there is not tried, as `walctl init` does: ask
    /// [dev.seawall.walwriter.segments.FlushChoice#measure] once, and keep the answer.
    public static void init(Disk disk, World world, Path directory, ClusterInit.Options options) throws IOException {
        ClusterInit.create(disk, directory, options, world.now(), redoPoint ->
                DataFiles.create(disk, directory, options.systemId(), TimelineId.FIRST, redoPoint));
    }

    /// Opens a cluster with the engines that [ServiceLoader] finds.
    ///
    /// @throws dev.seawall.walwriter.start.DirectoryLock.InUseException if another has it open
    /// @throws dev.seawall.wal.WalCorruptException if something that was durable is not there now
    public static Seawall open(Disk disk, World world, Path directory, SeawallOptions options) throws IOException {
        return open(disk, world, directory, options,
                ServiceLoader.load(ResourceManager.class).stream().map(ServiceLoader.Provider::get).toList());
    }

    /// Opens a cluster with these engines.
    public static Seawall open(Disk disk, World world, Path directory, SeawallOptions options,
            List<ResourceManager> engines) throws IOException {
        Opened parts = new Opened();
        Seawall opened = new Seawall(disk, world, directory, parts);
        try {
            opened.open(options, engines);
            return opened;
        } catch (Throwable t) {
            opened.stop();
            throw t;
        }
    }

    private void open(SeawallOptions options, List<ResourceManager> engines) throws IOException {
        StartedLog started = LogStart.start(disk, directory, options.acceptLossAt());
        DataFiles dataFiles;
        long anyXid = started.nextXid();
        try {
            UnattachedEnd end = UnattachedEnd.of(disk, started);
            // Before the log is opened, and so written: a base/ of another day must not be told so by
            // a log that has gone on meanwhile.
            dataFiles = DataFiles.open(disk, directory, world, options.pages(), new DataFiles.Log(started.systemId(),
                    started.history(), started.layout(), beginOf(started), end.end()));
            parts.dataFiles = dataFiles;
            end.attached();
        } catch (Throwable t) {
            started.close();
            throw t;
        }
        Wal wal = Wal.open(started, options.wal(), disk, world);
        parts.wal = wal;
        ResourceManagers managers = ResourceManagers.of(dataFiles.pages(), engines);
        parts.managers = managers;
        managers.open(disk, dataFiles.path(), world);
        dataFiles.follow(wal.history().timeline());
        Redo redo = startRedo(wal, dataFiles, managers, options, anyXid);
        Checkpointer checkpointer = new Checkpointer(dataFiles, managers, RedoState.of(redo), CheckpointLog.of(wal),
                options.checkpoints(), world);
        parts.checkpointer = checkpointer;
        checkpointer.start(role -> new WatchedRole(role, this::failed));
        if (options.archive().isPresent()) {
            parts.archiving = new Archiving(disk, world, started.walDirectory(), options.archive().get(), wal,
                    new OpenLog(wal));
        }
        LOG.info("cluster open timeline={} insert={} redo={}", wal.history().timeline(), wal.insertLsn(),
                dataFiles.redoPoint());
    }

    /// Start of the oldest segment that is there.
    private Lsn beginOf(StartedLog started) throws IOException {
        return new SegmentDirectory(disk, started.walDirectory(), started.layout(), started.history().timeline(),
                started.systemId()).list().stream()
                .map(segment -> started.layout().startOf(segment.number()))
                .min(Lsn::compareTo).orElse(started.insertPosition());
    }

    private Redo startRedo(Wal wal, DataFiles dataFiles, ResourceManagers managers, SeawallOptions options, long anyXid)
            throws IOException {
        HeldTransactions held = HeldTransactions.open(disk, dataFiles.path().resolve(DataFiles.HELD), options.held());
        RedoSource source = new RedoSource(wal.read(dataFiles.redoPoint()), wal.layout(), dataFiles.redoPoint(),
                anyXid, wal::flushLsn);
        Redo redo = new Redo(source, managers, held, StopRule.NONE, world);
        parts.redo = redo;
        RedoPace pace = new RedoPace(redo, wal::flushLsn, world);
        World.Running running = world.start(new WatchedRole(pace, this::failed));
        parts.redoRunning = running;
        redo.onAwait(running::wake);
        wal.onFlush(() -> {
            if (pace.hasWork()) {
                running.wake();
            }
        });
        wal.redoPosition(() -> redo.applied().value());
        return redo;
    }

    /// A role has ended: the cluster is over, whatever the others could still do.
    private void failed(Throwable cause) {
        LOG.error("a role failed; the cluster takes no more commits", cause);
        wal().fail(cause);
        Checkpointer checkpointer = parts.checkpointer;
        if (checkpointer != null) {
            checkpointer.failed(cause);
        }
    }

    private static <T> T part(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the cluster is not open");
        }
        return part;
    }

    /// The log: appending, reading, waiting.
    public Wal wal() {
        return part(parts.wal);
    }

    public Transaction begin() {
        return wal().begin();
    }

    /// Redo, which follows the log.
    public Redo redo() {
        return part(parts.redo);
    }

    /// The engine of a class, for its host to ask and command.
    public <T extends ResourceManager> T engine(Class<T> type) {
        return part(parts.managers).engine(type);
    }

    /// Reads a page with everything that is durable now in it.
    ///
    /// @param into room for 8192 bytes
    public void readPage(RelationId relation, int block, ByteBuffer into) throws IOException {
        redo().awaitApplied(wal().flushLsn());
        part(parts.dataFiles).pages().read(relation, block, into);
    }

    /// Checkpoints now, without pauses.
    public CheckpointReport checkpoint() throws IOException {
        Checkpointer checkpointer = part(parts.checkpointer);
        checkpointer.hold().requireFree();
        redo().awaitApplied(wal().flushLsn());
        return checkpointer.await(checkpointer.requestCheckpoint(true));
    }

    /// Takes a base backup into the archive's repository, with all the log it needs.
    ///
    /// @throws IllegalStateException if nothing is archived
    public BackupManifest backup(String label, BackupProgress progress) throws IOException {
        Archiving archiving = archiving();
        PageCopy copy = OnlineCopy.of(wal(), checkpointing(world.now()),
                new OnlineBackup.Place(disk, world, directory), label);
        return new BaseBackup(disk, world, directory, copy, new OpenLog(wal()), archiving.archive(),
                archiving.options().codec(), ARCHIVE_WAIT).take(label, progress);
    }

    /// The archive that this cluster ships to.
    public WalArchive archive() {
        return archiving().archive();
    }

    public Archiver archiver() {
        return archiving().archiver();
    }

    private Archiving archiving() {
        Archiving archiving = parts.archiving;
        if (archiving == null) {
            throw new IllegalStateException("archive_mode is off\nHINT: Set archive_mode and archive_repository.");
        }
        return archiving;
    }

    /// Serves this cluster by PostgreSQL's protocol, where its settings say, until the server is closed:
    /// before the cluster is.
    public WalServer serve(LiveSettings settings) throws IOException {
        Instant since = world.now();
        Checkpointing checkpointing = checkpointing(since);
        Archiving archiving = parts.archiving;
        return WalServer.start(wal(), new WalServer.Place(disk, world, directory, settings), checkpointing,
                () -> archiving == null ? ArchiverActivity.NONE : archiving.archiver().statistics().activity(since),
                new StreamedBackups(disk, directory));
    }

    /// Its checkpointer, as whoever backs it up asks it.
    Checkpointing checkpointing(Instant since) {
        DataFiles dataFiles = part(parts.dataFiles);
        Checkpointer checkpointer = part(parts.checkpointer);
        LiveFiles files = new LiveFiles(dataFiles, checkpointer, part(parts.managers), RedoState.of(redo()), world);
        return new LocalCheckpointing(wal(), redo(), dataFiles, checkpointer, files, since);
    }

    public SeawallStatus status() {
        Wal wal = wal();
        Archiving archiving = parts.archiving;
        return new SeawallStatus(wal.systemId(), wal.history().timeline(), wal.insertLsn(), wal.flushLsn(),
                redo().applied(), part(parts.dataFiles).redoPoint(), wal.isOutOfSpace(),
                part(parts.checkpointer).statistics(),
                archiving == null ? Optional.empty() : Optional.of(archiving.archiver().statistics()));
    }

    /// Shuts down: takes no more commits, lets redo come to the end, checkpoints, and says in the log
    /// that it ended well. When that fails nothing is lost; the next start redoes what is missing.
    /// Closed again, nothing happens.
    @Override
    public void close() throws IOException {
        try {
            if (!isStopped && parts.wal != null && parts.wal.failure() == null) {
                shutDown();
            }
        } finally {
            stop();
        }
    }

    private void shutDown() throws IOException {
        Wal wal = wal();
        Checkpointer checkpointer = part(parts.checkpointer);
        CheckpointReport report = checkpointer.await(checkpointer.requestShutdown(wal::fence));
        if (report.redo().equals(wal.layout().startOf(wal.insertLsn()))) {
            wal.shutdown(report);
        } else {
            LOG.warn("shut down without a shutdown checkpoint end={} confirmed={}", wal.insertLsn(), report.redo());
        }
    }

    /// Ends without a shutdown, as if the process had died: for tests of what comes after.
    void crash() throws IOException {
        stop();
    }

    /// Ends every role and closes every file, whatever state they are in.
    private void stop() throws IOException {
        isStopped = true;
        try (DataFiles last = parts.dataFiles; ResourceManagers _ = parts.managers; Wal _ = parts.wal;
                Redo _ = parts.redo; World.Running _ = parts.redoRunning; Checkpointer _ = parts.checkpointer;
                Archiving first = parts.archiving) {
            LOG.debug("closing dataFiles={} archiving={}", last != null, first != null);
        }
    }
}
