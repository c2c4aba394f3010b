package dev.seawall.walwriter.segments;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `pg_wal` as the writer of one timeline sees it: which segment is which file.
public record SegmentDirectory(Disk disk, Path path, PageLayout layout, TimelineId timeline, long systemId) {

    /// Segments are made under this prefix and renamed when they are whole, as PostgreSQL's are.
    public static final String TEMPORARY_PREFIX = "xlogtemp.";

    public String fileName(SegmentNumber segment) {
        return new SegmentName(timeline, segment).fileName(layout);
    }

    public Path fileOf(SegmentNumber segment) {
        return path.resolve(fileName(segment));
    }

    Path temporaryOf(SegmentNumber segment) {
        return path.resolve(TEMPORARY_PREFIX + fileName(segment));
    }

    /// Segments of any timeline, in the order of their names.
    public List<SegmentName> list() throws IOException {
        return disk.list(path).stream()
                .map(name -> SegmentName.parse(name, layout))
                .flatMap(Optional::stream)
                .toList();
    }
}
