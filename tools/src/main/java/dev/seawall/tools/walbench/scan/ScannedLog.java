package dev.seawall.tools.walbench.scan;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A directory of segments, one after another on one timeline, all of them complete.
///
/// @param segments their names, in order
record ScannedLog(Disk disk, Path directory, PageLayout layout, List<String> segments) {

    /// @throws ExitCodeException if there are no segments
    static ScannedLog find(Disk disk, Path directory) throws IOException {
        List<String> segments = disk.list(directory).stream().filter(SegmentName::isSegmentName).toList();
        if (segments.isEmpty()) {
            throw new ExitCodeException(ExitCode.NOT_FOUND, "no log segments in \"" + directory + "\""
                    + "\nHINT: Name a directory with complete segments, such as copies of a server's pg_wal.");
        }
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile file = disk.open(directory.resolve(segments.getFirst()), Set.of(Disk.Open.READ_ONLY))) {
            file.read(page, 0);
        }
        PageHeader header = PageHeader.read(page.flip());
        return new ScannedLog(disk, directory, new PageLayout(header.segmentBytes()), segments);
    }

    String first() {
        return segments.getFirst();
    }

    String last() {
        return segments.getLast();
    }

    private SegmentName name(String segment) {
        return SegmentName.parse(segment, layout).orElseThrow();
    }

    Lsn start() {
        return layout.startOf(name(first()).number());
    }

    /// The byte behind the last segment.
    Lsn end() {
        return layout.startOf(name(last()).number().next());
    }

    long bytes() {
        return end().minus(start());
    }

    /// As redo reads a log that nobody writes.
    WalReader reader() {
        TimelineHistory history = TimelineHistory.root(name(last()).timeline());
        SegmentFiles files = new SegmentFiles(disk, directory, layout, history);
        return new WalReader(files, layout);
    }
}
