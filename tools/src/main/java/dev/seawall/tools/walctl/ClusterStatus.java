package dev.seawall.tools.walctl;

import dev.seawall.tools.WalLink;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What can be seen of a cluster from outside, running or not, without changing anything.
///
/// @param isOpen         whether a process has it open
/// @param segments       segment files in pg_wal, those prepared for later included
/// @param newestSegment  the last of them by name, or empty
/// @param isLogBesideData whether log and data files are on one file system
/// @param logPlace       where the log is, and what that costs
/// @param waiting        files that wait to be archived, in their order
record ClusterStatus(
        Path directory, ControlFile control, boolean isOpen, int segments, String newestSegment, List<String> waiting,
        boolean isLogBesideData, String logPlace) {

    static ClusterStatus read(Disk disk, Path directory) throws IOException {
        Path wal = ClusterLayout.wal(directory);
        List<String> segments = disk.list(wal).stream().filter(name -> name.matches("[0-9A-F]{24}")).toList();
        return new ClusterStatus(directory, ControlStore.peek(disk, new SystemWorld(), directory),
                DirectoryLock.isHeld(disk, directory), segments.size(),
                segments.isEmpty() ? "" : segments.getLast(), new ArchiveStatus(disk, wal).ready(),
                WalLink.isShared(disk, directory), WalLink.describe(disk, directory));
    }

    long segmentBytes() {
        return (long) segments * control.segmentBytes();
    }
}
