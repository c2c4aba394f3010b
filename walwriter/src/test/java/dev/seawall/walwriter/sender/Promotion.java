package dev.seawall.walwriter.sender;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.Watermarks;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.LogScan;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.HistoryFiles;
import dev.seawall.walwriter.timeline.RestoredLog;
import dev.seawall.walwriter.timeline.TimelineChoice;
import dev.seawall.walwriter.timeline.TimelineSwitch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// Leaves a closed cluster's timeline at a record's end, as a recovery to that point does.
final class Promotion {

    private Promotion() {}

    static void at(Path cluster, PageLayout layout, Lsn target) throws IOException {
        Disk disk = new LinuxDisk();
        Path pgWal = ClusterLayout.wal(cluster);
        DirectoryLock lock = DirectoryLock.take(disk, cluster);
        ControlStore control = ControlStore.open(disk, cluster);
        control.write(control.controlFile().with(ControlFile.State.IN_ARCHIVE_RECOVERY, Instant.now()));
        WalDirectory wal = new WalDirectory(disk, pgWal, layout);
        SegmentSource noArchive = (_, _) -> new SegmentSource.Fetched.Absent("no archive");
        HistoryFiles histories = new HistoryFiles(disk, wal, noArchive);
        TimelineHistory history = new TimelineChoice.Latest().resolve(histories, control.controlFile());
        LogScan scan = new LogScan(control.controlFile().checkpoint(), new Watermarks());
        long systemId = control.controlFile().systemId();
        try (RestoredLog restored = new RestoredLog(disk, pgWal, layout, systemId, history, noArchive);
                WalReader reader = new WalReader(restored, layout)) {
            reader.expect(systemId, history);
            reader.seek(control.controlFile().checkpoint().redo());
            while (scan.end().isBefore(target) && reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                scan.see(record);
            }
        }
        TimelineSwitch.promote(new TimelineSwitch.Recovered(disk, cluster, lock, control, history, scan, false),
                "for a test", histories, _ -> true, Instant.now()).close();
    }
}
