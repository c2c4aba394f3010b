package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// `pg_wal` made to end at a place, with zeros behind it, and without the timelines that came later.
///
/// The segment that holds the place is made anew out of what was kept aside and put in the old one's
/// place; so nothing that was kept changes, and a cut that is done again does the same. Where a copy brings
/// a log of its own, that segment goes too.
final class LogCut {

    private final Disk disk;
    private final WalDirectory wal;
    private final PageLayout layout;
    private final ArchiveStatus status;

    LogCut(Disk disk, WalDirectory wal, PageLayout layout) {
        this.disk = disk;
        this.wal = wal;
        this.layout = layout;
        this.status = new ArchiveStatus(disk, wal.path());
    }

    /// @param kept     has every segment from the one that holds `at` on
    /// @param own      how the log went that is cut
    /// @param timeline of the last byte that stays
    void run(Path kept, TimelineHistory own, Lsn at, TimelineId timeline) throws IOException {
        SegmentNumber first = layout.segmentOf(at);
        int used = layout.offsetInSegment(at);
        SegmentName cut = new SegmentName(timeline, first);
        // Later ones first: at no moment is there a hole in front of a segment.
        List<SegmentName> gone = wal.segments().stream()
                .filter(segment -> used == 0 || !segment.equals(cut))
                .toList();
        wal.removeFrom(first, gone);
        if (used > 0) {
            wal.createSegment(cut, beginning(kept, own, at, used));
        }
        forgetFrom(first, timeline);
    }

    /// Without the segment that holds the place: what comes in its stead is no continuation.
    void withLastSegment(Lsn at, TimelineId timeline) throws IOException {
        SegmentNumber first = layout.segmentOf(at);
        wal.removeFrom(first, wal.segments());
        forgetFrom(first, timeline);
    }

    private void forgetFrom(SegmentNumber first, TimelineId timeline) throws IOException {
        for (String name : disk.list(wal.path())) {
            if (isLaterHistory(name, timeline)) {
                disk.delete(wal.path().resolve(name));
            }
        }
        disk.syncDirectory(wal.path());
        forgetStatus(first, timeline);
    }

    private ByteBuffer beginning(Path kept, TimelineHistory own, Lsn at, int used) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(layout.segmentBytes());
        Lsn start = layout.startOf(layout.segmentOf(at));
        try (SegmentFiles files = new SegmentFiles(disk, kept, layout, own)) {
            for (Lsn page = start; page.isBefore(at); page = page.plus(PageLayout.PAGE_BYTES)) {
                if (!files.readPage(page, content)) {
                    throw new IOException("the log that was kept aside is gone: " + files.absenceOf(page));
                }
            }
        }
        return content.clear().limit(used);
    }

    private static boolean isLaterHistory(String name, TimelineId timeline) {
        return TimelineHistory.isHistoryName(name) && TimelineId.parseHex(name.substring(0, 8)).isAfter(timeline);
    }

    /// What is gone waits for no archive; and the segment that was cut has not been archived.
    private void forgetStatus(SegmentNumber first, TimelineId timeline) throws IOException {
        Path directory = wal.path().resolve("archive_status");
        if (!disk.exists(directory)) {
            return;
        }
        for (String entry : disk.list(directory)) {
            String name = entry.replaceFirst("\\.(ready|done)$", "");
            boolean isGone = isLaterHistory(name, timeline) || SegmentName.parse(name, layout)
                    .filter(segment -> !segment.number().isBefore(first)).isPresent();
            if (isGone) {
                status.forget(name);
            }
        }
    }
}
