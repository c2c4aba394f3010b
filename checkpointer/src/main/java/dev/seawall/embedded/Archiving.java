package dev.seawall.embedded;

import dev.seawall.archiver.ArchiveSchedule;
import dev.seawall.archiver.Archiver;
import dev.seawall.archiver.WalFiles;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.segments.ArchiveStatus;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The archiver of an open cluster, with its repository and its schedule.
final class Archiving implements AutoCloseable {

    private final DirectoryRepository repository;
    private final WalArchive archive;
    private final ArchiveOptions options;
    private final Archiver archiver;
    private final World.Running running;
    private final @Nullable ArchiveSchedule schedule;

    Archiving(Disk disk, World world, Path pgWal, ArchiveOptions options, Wal wal, OpenLog log) throws IOException {
        this.options = options;
        RepositoryIdentity identity = new RepositoryIdentity(wal.systemId(), wal.layout().segmentBytes());
        // Once something was archived there is a repository: a directory without one is the mount point
        // of a file system that is away, and a second repository in it would tear the archive in two.
        // The cluster opens all the same, and archives when it is back.
        repository = new ArchiveStatus(disk, pgWal).hasDone()
                ? DirectoryRepository.at(disk, world, options.repository())
                : DirectoryRepository.create(disk, world, options.repository(), identity);
        archive = new WalArchive(repository);
        archiver = new Archiver(disk, world, pgWal, new WalFiles(disk, archive, identity, options.codec()),
                wal.layout().segmentBytes());
        running = world.start(archiver);
        wal.onSegmentReady(this::wake);
        schedule = options.isScheduled()
                ? ArchiveSchedule.start(world, this::wake, ArchiveOptions.SWEEP, log, options.archiveTimeout())
                : null;
    }

    private void wake() {
        archiver.wake();
        running.wake();
    }

    Archiver archiver() {
        return archiver;
    }

    WalArchive archive() {
        return archive;
    }

    ArchiveOptions options() {
        return options;
    }

    /// Lets the file under way be finished.
    @Override
    public void close() throws IOException {
        if (schedule != null) {
            schedule.close();
        }
        running.close();
        repository.close();
    }
}
