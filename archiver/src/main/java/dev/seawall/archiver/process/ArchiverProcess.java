package dev.seawall.archiver.process;

import dev.seawall.archiver.ArchiveSchedule;
import dev.seawall.archiver.Archiver;
import dev.seawall.archiver.ArchiverStatistics;
import dev.seawall.archiver.WalFiles;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The archiver as a process of its own: archives what the walwriter marks ready.
///
/// It needs the walwriter to be told at once and to end segments early, not to archive: while none is
/// there it looks once a minute, and goes on when one is back. A repository that is away is tried again
/// for ever; the segments are kept meanwhile.
public final class ArchiverProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiverProcess.class);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Disk disk;
    private final World world;
    private final ArchiverOptions options;
    private final RepositoryIdentity identity;
    private final DirectoryRepository repository;
    private final WalArchive archive;
    private final Archiver archiver;
    private final WalwriterLink link;
    private final LinkedLog log;
    private final World.Running archiving;
    private final World.Running linking;
    private final World.Running reporting;
    private volatile boolean isFounded;
    private volatile @Nullable ArchiveSchedule schedule;

    private ArchiverProcess(Disk disk, World world, World listening, ArchiverOptions options, Runnable onReload)
            throws IOException {
        this.disk = disk;
        this.world = world;
        this.options = options;
        ControlFile control = ControlStore.peek(disk, world, options.cluster());
        Path pgWal = ClusterLayout.wal(options.cluster());
        identity = new RepositoryIdentity(control.systemId(), control.segmentBytes());
        repository = DirectoryRepository.at(disk, world, options.repository());
        archive = new WalArchive(repository);
        // Once something was archived there is a repository: a directory without one is the mount point
        // of a file system that is away, and a second repository in it would tear the archive in two.
        isFounded = new ArchiveStatus(disk, pgWal).hasDone();
        found();
        archiver = new Archiver(disk, world, pgWal, files(options.codec()), identity.segmentBytes());
        link = new WalwriterLink(listening, options.walwriter(), options.login(), identity.systemId(), this::wake,
                onReload);
        log = new LinkedLog(link::link);
        archiving = world.start(archiver);
        reporting = listening.start(new ActivityReport(world, link::link, archiver::statistics));
        linking = listening.start(link);
        schedule = schedule(options.archiveTimeout());
    }

    /// Starts archiving.
    ///
    /// @param listening runs what waits for the walwriter, and so comes round when that pleases
    /// @param onReload  the walwriter says that the configuration is to be read again
    /// @throws WrongSystemException if the repository is another cluster's
    public static ArchiverProcess open(Disk disk, World world, World listening, ArchiverOptions options,
            Runnable onReload) throws IOException {
        return new ArchiverProcess(disk, world, listening, options, onReload);
    }

    private WalFiles files(Codec codec) {
        return new WalFiles(disk, archive, identity, codec);
    }

    private ArchiveSchedule schedule(Duration archiveTimeout) {
        return ArchiveSchedule.start(world, this::sweep, SWEEP, log, archiveTimeout);
    }

    private void sweep() {
        try {
            found();
        } catch (WrongSystemException e) {
            LOG.error("could not make the repository: {}", e.getMessage());
        }
        wake();
    }

    /// Makes the repository, unless that was done before.
    private void found() throws WrongSystemException {
        if (isFounded) {
            return;
        }
        try {
            DirectoryRepository.create(disk, world, options.repository(), identity).close();
            isFounded = true;
        } catch (WrongSystemException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("could not make the repository; tried again every {}s: {}", SWEEP.toSeconds(), e.getMessage());
        }
    }

    /// Something may be ready.
    private void wake() {
        archiver.wake();
        archiving.wake();
    }

    /// Takes changed settings, from the next file and the next tick on. One thread at a time.
    public void change(Codec codec, Duration archiveTimeout) {
        archiver.storeBy(files(codec));
        ArchiveSchedule before = schedule;
        if (before != null) {
            before.close();
            schedule = schedule(archiveTimeout);
        }
    }

    public ArchiverStatistics statistics() {
        return archiver.statistics();
    }

    /// Whether a walwriter is connected.
    public boolean isConnected() {
        return link.link() != null;
    }

    /// What ended one of its roles, or null.
    public @Nullable Throwable failure() {
        Throwable failure = archiving.failure();
        failure = failure == null ? linking.failure() : failure;
        return failure == null ? reporting.failure() : failure;
    }

    /// Lets the file under way be finished.
    @Override
    public void close() throws IOException {
        ArchiveSchedule last = schedule;
        schedule = null;
        // First: the schedule may be waiting for an answer.
        link.close();
        if (last != null) {
            last.close();
        }
        linking.close();
        reporting.close();
        archiving.close();
        repository.close();
    }
}
