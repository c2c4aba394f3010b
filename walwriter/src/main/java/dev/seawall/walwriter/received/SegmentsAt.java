package dev.seawall.walwriter.received;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/// A standby's segments at a place where writing begins: at a start, and where a timeline was left.
final class SegmentsAt {

    private SegmentsAt() {}

    /// Ready to write at `at`, with what is before it in the segment.
    static ReceivedSegments open(Disk disk, StartedLog started, TimelineHistory history, Lsn at, WalOptions options,
            World world, Consumer<Throwable> onFailure) throws IOException {
        PageLayout layout = started.layout();
        SegmentDirectory directory = new SegmentDirectory(disk, started.walDirectory(), layout, history.timeline(),
                started.systemId());
        SegmentNumber current = layout.segmentOf(at);
        int used = layout.offsetInSegment(at);
        if (used > 0 && !disk.exists(directory.fileOf(current))) {
            new WalDirectory(disk, started.walDirectory(), layout).createSegment(
                    new SegmentName(history.timeline(), current), before(disk, started, history, at));
        }
        ReceivedSegments opened = new ReceivedSegments(directory, used > 0 ? current : current.plus(-1), at, options,
                world, onFailure);
        try {
            opened.restart(at, page(disk, started, history, at));
            return opened;
        } catch (Throwable t) {
            opened.close();
            throw t;
        }
    }

    /// A segment's bytes before `at`, which an ancestor of the timeline wrote.
    private static ByteBuffer before(Disk disk, StartedLog started, TimelineHistory history, Lsn at)
            throws IOException {
        PageLayout layout = started.layout();
        ByteBuffer content = ByteBuffer.allocate(layout.segmentBytes());
        try (SegmentFiles files = new SegmentFiles(disk, started.walDirectory(), layout, history)) {
            Lsn begin = layout.startOf(layout.segmentOf(at));
            for (Lsn page = begin; page.isBefore(at); page = page.plus(PageLayout.PAGE_BYTES)) {
                if (!files.readPage(page, content)) {
                    throw missing(files, page, started, history);
                }
            }
        }
        return content.clear().limit(layout.offsetInSegment(at));
    }

    /// The page that holds `at`; of use only up to there.
    static ByteBuffer page(Disk disk, StartedLog started, TimelineHistory history, Lsn at) throws IOException {
        PageLayout layout = started.layout();
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
        if (layout.offsetInPage(at) > 0) {
            try (SegmentFiles files = new SegmentFiles(disk, started.walDirectory(), layout, history)) {
                if (!files.readPage(layout.pageOf(at), page)) {
                    throw missing(files, layout.pageOf(at), started, history);
                }
            }
        }
        return page.clear();
    }

    private static WalCorruptException missing(SegmentFiles files, Lsn page, StartedLog started,
            TimelineHistory history) {
        return WalCorruptException.at("the log that was received is gone: " + files.absenceOf(page), page,
                history.timelineAt(page), started.layout(), "Make this standby anew from a base backup.");
    }

    /// What older timelines have behind the place where they were left is not this cluster's: a record that
    /// never became whole, and segments made ahead.
    static void leave(Disk disk, StartedLog started, TimelineHistory next, Lsn at) throws IOException {
        PageLayout layout = started.layout();
        WalDirectory wal = new WalDirectory(disk, started.walDirectory(), layout);
        SegmentNumber current = layout.segmentOf(at);
        List<SegmentName> older = wal.segments().stream()
                .filter(segment -> next.timeline().isAfter(segment.timeline()))
                .toList();
        wal.removeFrom(layout.offsetInSegment(at) == 0 ? current : current.next(), older);
    }
}
