package dev.seawall.tools.walreplay;

import dev.seawall.archiver.backup.BackupCatalog;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.Repository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.BackupChoice;
import dev.seawall.archiver.restore.BackupChoice.Point;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.archiver.restore.NoBackupException;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.HistoryFiles;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// A repository to recover from: its backups, its log, its timelines.
///
/// @param scratch   a temporary directory, for what is fetched only to be looked at
/// @param histories of the timelines that the archive has
record RecoverySource(
        Disk disk, Path scratch, WalArchive archive, PageLayout layout, long systemId, SegmentSource fetch,
        HistoryFiles histories) {

    static RecoverySource open(Disk disk, World world, Path directory, Path scratch) throws IOException {
        WalArchive archive = new WalArchive(DirectoryRepository.open(disk, world, directory));
        PageLayout layout = archive.repository().identity().layout();
        Fetch fetch = new Fetch(disk, archive, archive.repository().identity());
        return new RecoverySource(disk, scratch, archive, layout, archive.repository().identity().systemId(), fetch,
                new HistoryFiles(disk, new WalDirectory(disk, scratch, layout), fetch));
    }

    Repository repository() {
        return archive.repository();
    }

    /// The ancestry of a timeline.
    TimelineHistory history(TimelineId timeline) throws IOException {
        return histories.find(timeline).orElseThrow(() -> new NoBackupException("timeline " + timeline
                + " does not exist\nHINT: Choose one whose history file the repository has, or \"latest\"."));
    }

    /// The timeline that a recovery would follow.
    TimelineHistory history(TimelineChoice choice) throws IOException {
        return switch (choice) {
            case TimelineChoice.Numbered(TimelineId timeline) -> history(timeline);
            case TimelineChoice.Latest _ -> history(histories.newestFrom(TimelineId.FIRST));
            case TimelineChoice.Current _ -> history(backups().stream().map(BackupManifest::timeline)
                    .max(Comparator.naturalOrder()).orElse(TimelineId.FIRST));
        };
    }

    private List<BackupManifest> backups() throws IOException {
        return new BackupCatalog(repository()).complete();
    }

    /// The backup that a recovery to the target would begin with.
    BackupManifest backupFor(RecoveryTarget target, TimelineHistory history) throws IOException {
        return BackupChoice.choose(backups(), history, switch (target) {
            case RecoveryTarget.Latest _, RecoveryTarget.Immediate _ -> new Point.Any();
            case RecoveryTarget.AtLsn(var lsn, _) -> new Point.At(lsn);
            case RecoveryTarget.AtTime(var time, _) -> new Point.Time(time);
            case RecoveryTarget.AtXid _, RecoveryTarget.Name _ -> new Point.Somewhere();
        });
    }

    /// The archived log, for looking.
    ReplayLog log(TimelineHistory history, List<SegmentNumber> segments, long nextXid) {
        return new ReplayLog(new ArchivedLog(fetch, disk, scratch, layout, history), layout, systemId, history,
                layout.startOf(segments.getFirst()), segments.getLast(), nextXid);
    }
}
