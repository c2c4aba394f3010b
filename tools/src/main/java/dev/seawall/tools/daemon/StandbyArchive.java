package dev.seawall.tools.daemon;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.settings.ArchiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.settings.StandbySettings;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.process.WalwriterProcess;
import java.io.IOException;
import java.nio.file.Path;

/// The repository that a standby gets log from and claims its timeline in: opened when it is wanted, for a
/// standby runs without it too.
final class StandbyArchive implements SegmentSource, TimelineClaims {

    private final Disk disk;
    private final World world;
    private final Path repository;

    private StandbyArchive(Disk disk, World world, Path repository) {
        this.disk = disk;
        this.world = world;
        this.repository = repository;
    }

    /// What the settings name: `restore_repository`, or the one that this cluster itself archives to.
    static WalwriterProcess.Archive of(Disk disk, World world, Path directory, Settings settings) {
        String named = settings.get(StandbySettings.RESTORE_REPOSITORY);
        if (named.isEmpty() && settings.get(ArchiveSettings.ARCHIVE_MODE)) {
            named = settings.get(ArchiveSettings.ARCHIVE_REPOSITORY);
        }
        if (named.isEmpty()) {
            return WalwriterProcess.Archive.NONE;
        }
        StandbyArchive archive = new StandbyArchive(disk, world, directory.resolve(named));
        return new WalwriterProcess.Archive(archive, archive);
    }

    private WalArchive open() throws IOException {
        return new WalArchive(DirectoryRepository.open(disk, world, repository));
    }

    @Override
    public Fetched fetch(String fileName, Path destination) {
        try {
            WalArchive archive = open();
            return new Fetch(disk, archive, archive.repository().identity()).fetch(fileName, destination);
        } catch (IOException e) {
            return new Fetched.Unknown(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean claim(TimelineHistory history) throws IOException {
        return new ArchivedTimelines(open()).claim(history);
    }
}
