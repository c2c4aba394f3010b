package dev.seawall.walwriter.rewind;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SecondName;
import dev.seawall.wal.disk.FileTree;
import dev.seawall.wal.disk.SmallFile;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.BackupLabel;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.Lineage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/// A copy of the source's cluster in a directory of the rewound one's, whose parts then take their places
/// there. Until [#fetch] has returned it is of no value; from then on it is whole, durable, and all that is
/// needed.
///
/// The log is linked, not moved: what is done again finds it.
final class ClusterCopy {

    static final String NAME = "rewind_copy";

    private final Disk disk;
    private final World world;
    private final Path cluster;
    private final Path path;

    ClusterCopy(Disk disk, World world, Path cluster) {
        this.disk = disk;
        this.world = world;
        this.cluster = cluster;
        this.path = cluster.resolve(NAME);
    }

    /// Makes it.
    ///
    /// @param at    the copy must be beyond
    /// @param other what the source said of itself before
    /// @param why   base/ has to be replaced
    /// @throws RewindRefusedException if no whole copy comes of it; what was fetched is removed
    void fetch(SourceServer source, Lsn at, Lineage.Side other, ControlFile own, OwnDataFiles base,
            CopyProgress progress, String why) throws IOException {
        progress.begins(why);
        try {
            remove();
            disk.createDirectory(path);
            check(source.copy(path, progress), at, other, own, base);
            disk.syncDirectory(cluster);
        } catch (IOException e) {
            try {
                remove();
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw new RewindRefusedException("cannot rewind: " + why + ", and a copy could not be made: "
                    + e.getMessage() + "\nHINT: Nothing was changed. Rewind again when a primary can be copied, or keep"
                    + " pg_wal aside and make this server anew: pg_basebackup -R into an empty directory.", e);
        }
    }

    /// What would be found out at the start otherwise, when there is no way back.
    private void check(SourceServer.Copied copied, Lsn at, Lineage.Side other, ControlFile own, OwnDataFiles base)
            throws IOException {
        BackupLabel label = BackupLabel.find(disk, path)
                .orElseThrow(() -> new IOException("the copy has no " + BackupLabel.FILE));
        ControlFile control = control();
        if (control.systemId() != own.systemId() || control.segmentBytes() != own.segmentBytes()
                || !copied.timeline().equals(other.history().timeline()) || copied.start().isBefore(at)
                || !label.start().equals(copied.start()) || !control.backupStart().equals(copied.start())
                || control.minimumRecoveryEnd().isAfter(copied.end())) {
            throw new IOException("the copy is not of the server that was asked: " + label + ", " + control);
        }
        Lsn redo = base.redoPointOf(path.resolve(ClusterLayout.BASE), own.systemId(), copied.timeline());
        if (!redo.equals(copied.start())) {
            throw new IOException("redo of the copied base/ begins at " + redo + ", the copy's at " + copied.start());
        }
    }

    ControlFile control() throws IOException {
        return ControlStore.peek(disk, world, path);
    }

    Path dataFiles() {
        return path.resolve(ClusterLayout.BASE);
    }

    /// Puts its segments and history files into `pg_wal`, durably: none that is there already. What is whole
    /// need not be archived.
    void placeLog(WalDirectory wal, PageLayout layout) throws IOException {
        Path from = ClusterLayout.wal(path);
        Set<String> there = Set.copyOf(disk.list(wal.path()));
        for (String name : disk.list(from)) {
            if (isLog(name, layout) && !there.contains(name)) {
                SecondName.give(disk, from.resolve(name), wal.path().resolve(name),
                        wal.path().resolve(WalDirectory.TEMPORARY_PREFIX + "copy"));
            }
        }
        disk.syncDirectory(wal.path());
        ArchiveStatus status = new ArchiveStatus(disk, wal.path());
        status.create();
        SegmentNumber unfinished = layout.segmentOf(control().minimumRecoveryEnd());
        for (String name : disk.list(from)) {
            boolean isWhole = SegmentName.parse(name, layout).map(SegmentName::number)
                    .map(number -> number.isBefore(unfinished)).orElse(isLog(name, layout));
            // A history that both have may still be waiting for the archive.
            if (isWhole && !status.isReady(name)) {
                status.forceDone(name);
            }
        }
    }

    private static boolean isLog(String name, PageLayout layout) {
        return TimelineHistory.isHistoryName(name) || SegmentName.parse(name, layout).isPresent();
    }

    /// From where the cluster starts.
    void placeLabel() throws IOException {
        SmallFile.replace(disk, cluster.resolve(BackupLabel.FILE),
                SmallFile.read(disk, path.resolve(BackupLabel.FILE)));
    }

    /// No error if there is none.
    void remove() throws IOException {
        FileTree.remove(disk, path);
        disk.syncDirectory(cluster);
    }
}
