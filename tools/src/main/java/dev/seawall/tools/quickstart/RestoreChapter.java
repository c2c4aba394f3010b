package dev.seawall.tools.quickstart;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.archiver.restore.Restore;
import dev.seawall.embedded.RecoveringFiles;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.recovery.target.PointInTimeRecovery;
import dev.seawall.recovery.target.RecoveryPlan;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.tools.Quantity;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// The last chapter: a copy of the cluster as it was half-way, out of backup and archive.
final class RestoreChapter {

    private final Story story;
    private final Disk disk;
    private final World world;
    private final Places places;

    RestoreChapter(Story story, Disk disk, World world, Places places) {
        this.story = story;
        this.disk = disk;
        this.world = world;
        this.places = places;
    }

    void tell(BackupManifest backup, InputLines input, int half) throws IOException {
        story.chapter("A copy restored to the restore point, from backup and archive");
        Path copy = places.copy();
        long begin = System.nanoTime();
        try (DirectoryRepository repository = DirectoryRepository.open(disk, world, places.repository())) {
            new Restore(disk, repository).into(copy, backup, BackupProgress.NONE);
            story.fact("%s: %d files of backup %s unpacked and their checksums verified", Places.shown(copy),
                    backup.files().size(), backup.label());
            recover(copy, backup, new WalArchive(repository));
        }
        try (Seawall seawall = Seawall.open(disk, world, copy, SeawallOptions.DEFAULT)) {
            story.fact("ready after %s, on timeline %s", Quantity.time(Duration.ofNanos(System.nanoTime() - begin)),
                    seawall.wal().history().timeline());
            LineTable table = new LineTable();
            table.load(seawall, input);
            story.check(table.rows() == half, "the copy holds exactly the first half: lines 1 to %s, and nothing else",
                    Quantity.count(half));
        }
    }

    private void recover(Path copy, BackupManifest backup, WalArchive archive) throws IOException {
        RecoveryPlan plan = new RecoveryPlan(disk, world, copy,
                new Fetch(disk, archive, archive.repository().identity()), new TimelineChoice.Latest(),
                new RecoveryTarget.Name(Chapters.RESTORE_POINT), Optional.of(backup.startTime()));
        // As any cluster: with the engines that are on the class path.
        List<ResourceManager> engines =
                ServiceLoader.load(ResourceManager.class).stream().map(ServiceLoader.Provider::get).toList();
        try (PointInTimeRecovery recovery = PointInTimeRecovery.begin(plan,
                RecoveringFiles.opener(disk, world, copy, SeawallOptions.DEFAULT, engines))) {
            PointInTimeRecovery.Reached reached = recovery.run();
            story.fact("redone from %s to %s, where recovery stopped %s", backup.redo(), reached.lsn(),
                    reached.reason());
            recovery.promote(new ArchivedTimelines(archive), false).close();
        }
    }
}
