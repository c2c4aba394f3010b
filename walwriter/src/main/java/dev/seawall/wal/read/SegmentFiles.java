package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The log's pages out of a directory of segment files.
///
/// The file of a segment is the newest timeline's that the history has in it; where that is
/// missing, an ancestor's, but only up to where the history leaves it. Files are read with pread
/// in large pieces, never mapped: a mapping shows wrong bytes when a file is written directly or
/// recycled. A recycled file may hold anything, so whoever reads checks the page's address.
///
/// One thread.
public final class SegmentFiles implements LogBytes {

    /// Large enough that the calls cost nothing beside the bytes.
    private static final int PIECE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final PageLayout layout;
    private final TimelineHistory history;
    private final Set<Disk.Open> how;
    private final OffHeap memory;
    private final ByteBuffer piece;

    // The open file: whose segment it is, whose timeline, and up to where it counts.
    private @Nullable DiskFile file;
    private SegmentNumber fileSegment = new SegmentNumber(0);
    private TimelineId fileTimeline = TimelineId.FIRST;
    private Lsn fileEnd = Lsn.INVALID;

    // What `piece` holds: [from, to).
    private Lsn pieceFrom = Lsn.INVALID;
    private Lsn pieceTo = Lsn.INVALID;
    private Lsn limit = Lsn.MAX;

    private SegmentFiles(
            Disk disk, Path directory, PageLayout layout, TimelineHistory history, Set<Disk.Open> how) {
        this.disk = disk;
        this.directory = directory;
        this.layout = layout;
        this.history = history;
        this.how = how;
        this.memory = OffHeap.allocateForReading(Math.min(PIECE_BYTES, layout.segmentBytes()));
        this.piece = memory.view(0, memory.bytes());
    }

    /// Reads through the page cache.
    public SegmentFiles(Disk disk, Path directory, PageLayout layout, TimelineHistory history) {
        this(disk, directory, layout, history, Set.of(Disk.Open.READ_ONLY));
    }

    /// Reads what the device has, past the page cache, where the file system can.
    public static SegmentFiles direct(Disk disk, Path directory, PageLayout layout, TimelineHistory history) {
        return new SegmentFiles(
                disk, directory, layout, history, Set.of(Disk.Open.READ_ONLY, Disk.Open.DIRECT));
    }

    /// The timelines whose files may hold bytes of a segment, the newest first.
    public static List<TimelineId> timelinesOf(SegmentNumber segment, PageLayout layout, TimelineHistory history) {
        Lsn start = layout.startOf(segment);
        Lsn end = layout.startOf(segment.next());
        List<TimelineId> timelines = new ArrayList<>();
        Lsn begun = Lsn.INVALID;
        for (TimelineHistory.Branch branch : history.branches()) {
            if (begun.isBefore(end) && branch.switchPoint().isAfter(start)) {
                timelines.add(branch.parent());
            }
            begun = branch.switchPoint();
        }
        if (begun.isBefore(end)) {
            timelines.add(history.timeline());
        }
        Collections.reverse(timelines);
        return timelines;
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        if (page.isBefore(pieceFrom) || !page.isBefore(pieceTo)) {
            fill(page);
        }
        if (page.plus(PageLayout.PAGE_BYTES).isAfter(pieceTo)) {
            return false;
        }
        int at = into.position();
        into.put(at, piece, (int) page.minus(pieceFrom), PageLayout.PAGE_BYTES);
        into.position(at + PageLayout.PAGE_BYTES);
        if (page.plus(PageLayout.PAGE_BYTES).isAfter(fileEnd)) {
            clear(into, at + (int) Math.max(0, fileEnd.minus(page)), at + PageLayout.PAGE_BYTES);
        }
        if (page.plus(PageLayout.PAGE_BYTES).isAfter(limit)) {
            // The rest of this page may still change.
            dropPiece();
        }
        return true;
    }

    /// Shows the page where it was read to, unless a part of it does not count.
    @Override
    public boolean lendPage(Lsn page, LentPage into) throws IOException {
        if (page.isBefore(pieceFrom) || !page.isBefore(pieceTo)) {
            fill(page);
        }
        Lsn end = page.plus(PageLayout.PAGE_BYTES);
        if (end.isAfter(pieceTo)) {
            return false;
        }
        if (end.isAfter(fileEnd)) {
            return readPage(page, into.own());
        }
        into.lend(piece, (int) page.minus(pieceFrom));
        if (end.isAfter(limit)) {
            // The rest of this page may still change.
            dropPiece();
        }
        return true;
    }

    private void fill(Lsn page) throws IOException {
        dropPiece();
        int read = readPiece(page, piece);
        pieceFrom = page;
        pieceTo = page.plus(read);
    }

    /// Reads pages into other memory than this object's own, as many as fit and one file has.
    ///
    /// @param into filled from its start on; aligned, if this reads past the page cache
    /// @return bytes of whole pages; 0 if there is no such page
    int readPiece(Lsn page, ByteBuffer into) throws IOException {
        DiskFile from = open(layout.segmentOf(page));
        if (from == null || !page.isBefore(fileEnd)) {
            return 0;
        }
        Lsn segmentEnd = layout.startOf(fileSegment.next());
        Lsn wantedEnd = Lsn.min(segmentEnd, page.plus(into.capacity()));
        if (limit.isBefore(wantedEnd)) {
            // Whole pages below the limit, and the one that holds it.
            wantedEnd = Lsn.max(layout.pageOf(limit.plus(PageLayout.PAGE_BYTES - 1)), page.plus(PageLayout.PAGE_BYTES));
        }
        into.clear().limit((int) wantedEnd.minus(page));
        int read = from.read(into, layout.offsetInSegment(page));
        into.clear();
        return read - read % PageLayout.PAGE_BYTES;
    }

    /// Whether all of these pages, read with [#readPiece], count.
    boolean isWhole(Lsn from, int bytes) {
        return !from.plus(bytes).isAfter(fileEnd);
    }

    @Override
    public Optional<LogBytes> another() {
        return Optional.of(new SegmentFiles(disk, directory, layout, history, how));
    }

    private @Nullable DiskFile open(SegmentNumber segment) throws IOException {
        if (file != null && fileSegment.equals(segment)) {
            return file;
        }
        closeFile();
        for (TimelineId timeline : timelinesOf(segment, layout, history)) {
            try {
                file = disk.open(directory.resolve(nameOf(timeline, segment)), how);
                fileSegment = segment;
                fileTimeline = timeline;
                fileEnd = Lsn.min(history.switchPointOf(timeline), layout.startOf(segment.next()));
                return file;
            } catch (NoSuchFileException e) {
                // The ancestor's file, if there is one, has the segment's beginning.
            }
        }
        return null;
    }

    private String nameOf(TimelineId timeline, SegmentNumber segment) {
        return new SegmentName(timeline, segment).fileName(layout);
    }

    private static void clear(ByteBuffer buffer, int from, int to) {
        for (int at = from; at < to; at++) {
            buffer.put(at, (byte) 0);
        }
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        SegmentNumber segment = layout.segmentOf(lsn);
        boolean isOpen = file != null && fileSegment.equals(segment);
        TimelineId timeline = isOpen ? fileTimeline : timelinesOf(segment, layout, history).getFirst();
        return nameOf(timeline, segment);
    }

    @Override
    public String absenceOf(Lsn page) {
        if (file == null || !fileSegment.equals(layout.segmentOf(page))) {
            return LogBytes.super.absenceOf(page);
        }
        return "could not read from file \"" + fileNameOf(page) + "\", offset " + layout.offsetInSegment(page)
                + ": read 0 of " + PageLayout.PAGE_BYTES;
    }

    @Override
    public void limit(Lsn newLimit) {
        if (limit.isBefore(pieceTo)) {
            // The page that holds the old limit was read while its rest was still to be written.
            pieceTo = Lsn.max(pieceFrom, layout.pageOf(limit));
        }
        if (newLimit.isBefore(pieceTo)) {
            dropPiece();
        }
        limit = newLimit;
    }

    /// Closes the file too: its name may be another file's now.
    @Override
    public void forget() {
        dropPiece();
        closeFile();
    }

    private void dropPiece() {
        pieceFrom = Lsn.INVALID;
        pieceTo = Lsn.INVALID;
    }

    private void closeFile() {
        DiskFile open = file;
        file = null;
        fileEnd = Lsn.INVALID;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Nothing was written through this descriptor, so closing it can lose nothing.
            }
        }
    }

    @Override
    public void close() {
        forget();
        memory.close();
    }
}
