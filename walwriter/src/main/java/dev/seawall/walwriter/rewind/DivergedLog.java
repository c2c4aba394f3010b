package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SecondName;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/// What a rewind gives up, kept: a directory of the cluster's with the segments from the divergence on,
/// which `waldump` reads, and a list of the commits that are in them.
///
/// The segments are the same files as in `pg_wal`, under second names, until those go there.
final class DivergedLog {

    private static final String LIST = "lost_commits.txt";
    /// A file that is being copied here; of a rewind that was killed it stays, and means nothing.
    private static final String COPY = "copy.tmp";

    private final Disk disk;
    private final Path cluster;
    private final Path path;

    DivergedLog(Disk disk, Path cluster, String name) {
        this.disk = disk;
        this.cluster = cluster;
        this.path = cluster.resolve(name);
    }

    /// A name that is not taken.
    static String freeName(Disk disk, Path cluster, TimelineId timeline, Lsn at) throws IOException {
        String name = "diverged-" + timeline + "-" + at.toString().replace('/', '_');
        String free = name;
        for (int number = 2; disk.exists(cluster.resolve(free)); number++) {
            free = name + "-" + number;
        }
        return free;
    }

    Path path() {
        return path;
    }

    /// Keeps the list. Done again, it is replaced.
    void keepList(String text) throws IOException {
        Path temporary = path.resolve(LIST + ".tmp");
        try (DiskFile file = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.sync();
        }
        disk.rename(temporary, path.resolve(LIST));
        disk.syncDirectory(path);
    }

    /// Keeps every segment from `first` on, and the histories of all timelines: without them the segments
    /// could not be read. Durable when this returns. What is kept already stays as it is: `pg_wal` may have
    /// been cut since.
    void keepSegments(WalDirectory wal, PageLayout layout, SegmentNumber first) throws IOException {
        disk.createDirectory(path);
        disk.syncDirectory(cluster);
        Set<String> kept = Set.copyOf(disk.list(path));
        for (String name : disk.list(ClusterLayout.wal(cluster))) {
            boolean isWanted = TimelineHistory.isHistoryName(name) || SegmentName.parse(name, layout)
                    .filter(segment -> !segment.number().isBefore(first)).isPresent();
            if (isWanted && !kept.contains(name)) {
                SecondName.give(disk, wal.path().resolve(name), path.resolve(name), path.resolve(COPY));
            }
        }
        disk.syncDirectory(path);
    }
}
