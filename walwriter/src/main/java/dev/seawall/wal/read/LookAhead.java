package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedSet;
import java.util.TreeSet;

/// Looks at what lies beyond a place where no valid record stands: every page up to the last
/// segment, and every record that can be found on them.
///
/// A page counts when its header is one of this log's at that very address: zeros, garbage and what
/// a recycled file held before do not. A record counts when its checksum is right and it points
/// back to no earlier than the bad place, so copies of other log bytes inside a message do not.
final class LookAhead {

    private final LogBytes bytes;
    private final LogBytes calm;
    private final PageLayout layout;
    private final long systemId;
    private final TimelineHistory history;
    private final Watermarks watermarks;

    private final SortedSet<SegmentNumber> validSegments = new TreeSet<>();
    private boolean isSegmentMissing;
    private boolean isValidBehindMissing;
    private boolean isOtherSystem;
    private boolean isOtherTimeline;
    private Lsn lastRecordEnd = Lsn.INVALID;

    LookAhead(LogBytes bytes, PageLayout layout, long systemId, TimelineHistory history, Watermarks watermarks) {
        this.bytes = bytes;
        this.calm = new Calm(bytes, layout);
        this.layout = layout;
        this.systemId = systemId;
        this.history = history;
        this.watermarks = watermarks;
    }

    /// @param bad  where no valid record stands
    /// @param last the last segment that there may be
    void look(Lsn bad, SegmentNumber last) throws IOException {
        lookOnPage(bad);
        Lsn end = layout.startOf(last.next());
        Lsn page = layout.pageOf(bad);
        ByteBuffer content = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (page.isBefore(end)) {
            Lsn next = page.plus(PageLayout.PAGE_BYTES);
            if (!bytes.readPage(page, content.clear())) {
                isSegmentMissing = true;
                // What is missing at a segment's start is missing to its end.
                next = layout.startOf(layout.segmentOf(page).next());
            } else if (isOurs(content, page)) {
                validSegments.add(layout.segmentOf(page));
                isValidBehindMissing |= isSegmentMissing;
                if (beginsRecord(content)) {
                    next = Lsn.max(next, readFrom(page, bad));
                }
            }
            page = next;
        }
    }

    private boolean isOurs(ByteBuffer content, Lsn page) {
        PageHeader header = PageHeader.read(content.flip());
        if (header.magic() != PageHeader.MAGIC || !header.page().equals(page)
                || (header.flags() & ~PageHeader.ALL_FLAGS) != 0
                || layout.offsetInSegment(page) == 0 && !header.isLong()) {
            return false;
        }
        if (header.isLong() && header.systemId() != systemId) {
            isOtherSystem = true;
            return false;
        }
        if (header.timeline() != history.timelineAt(page).value()) {
            isOtherTimeline = true;
            return false;
        }
        return true;
    }

    /// Whether a record that is continued on this page, if there is one, also ends here.
    private static boolean beginsRecord(ByteBuffer content) {
        PageHeader header = PageHeader.read(content.position(0));
        return !header.isContinuation()
                || Integer.toUnsignedLong(header.remainingBytes()) < PageLayout.PAGE_BYTES - content.position();
    }

    /// Reads the records that begin on a page or behind it, as far as they follow one another.
    ///
    /// @return the page to go on with
    private Lsn readFrom(Lsn page, Lsn bad) throws IOException {
        WalReader reader = reader();
        if (reader.findFirst(Lsn.max(page, bad.plus(1))) instanceof ReadOutcome.Complete) {
            while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, Lsn next)) {
                take(record, bad);
                validSegments.add(layout.segmentOf(next.plus(-1)));
            }
        }
        return layout.pageOf(reader.position()).plus(PageLayout.PAGE_BYTES);
    }

    private WalReader reader() {
        WalReader reader = new WalReader(calm, layout);
        reader.expect(systemId, history);
        return reader;
    }

    /// Tries every place on the bad record's own page: its length may be what is wrong.
    private void lookOnPage(Lsn bad) throws IOException {
        Lsn page = layout.pageOf(bad);
        ByteBuffer content = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (!bytes.readPage(page, content) || !isOurs(content, page)) {
            return;
        }
        WalReader reader = reader();
        int first = Math.max(layout.offsetInPage(bad), layout.headerBytes(page)) + 8;
        for (int at = first; at <= PageLayout.PAGE_BYTES - EncodedRecord.HEADER_BYTES; at += 8) {
            long previous = content.getLong(at + EncodedRecord.PREVIOUS_OFFSET);
            if (Long.compareUnsigned(previous, bad.value()) >= 0
                    && Long.compareUnsigned(previous, page.value() + at) < 0) {
                reader.seek(page.plus(at));
                while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                    take(record, bad);
                }
            }
        }
    }

    private void take(WalRecord record, Lsn bad) {
        if (record.previous().isAtLeast(bad)) {
            watermarks.see(record);
            lastRecordEnd = Lsn.max(lastRecordEnd, record.end());
        }
    }

    /// Segments with pages of this log at or beyond the bad place.
    SortedSet<SegmentNumber> validSegments() {
        return validSegments;
    }

    /// End of the last record found; [Lsn#INVALID] if there is none.
    Lsn lastRecordEnd() {
        return lastRecordEnd;
    }

    EndOfLog.Ahead ahead() {
        if (isOtherSystem) {
            return EndOfLog.Ahead.OTHER_SYSTEM;
        }
        if (isOtherTimeline) {
            return EndOfLog.Ahead.OTHER_TIMELINE;
        }
        if (isValidBehindMissing) {
            return EndOfLog.Ahead.VALID_BEHIND_MISSING_SEGMENT;
        }
        return validSegments.isEmpty() ? EndOfLog.Ahead.NOTHING : EndOfLog.Ahead.VALID;
    }

    /// The same bytes for a reader that fails often: what is kept is not forgotten each time, nothing
    /// writes here now; and the first page of a segment, looked at each time, is at hand.
    private static final class Calm implements LogBytes {

        private final LogBytes bytes;
        private final PageLayout layout;
        private final ByteBuffer firstPage = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
        private Lsn firstPageAt = Lsn.INVALID;

        Calm(LogBytes bytes, PageLayout layout) {
            this.bytes = bytes;
            this.layout = layout;
        }

        @Override
        public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
            if (layout.offsetInSegment(page) != 0) {
                return bytes.readPage(page, into);
            }
            if (!page.equals(firstPageAt)) {
                firstPageAt = Lsn.INVALID;
                if (!bytes.readPage(page, firstPage.clear())) {
                    return false;
                }
                firstPageAt = page;
            }
            into.put(firstPage.flip());
            return true;
        }

        @Override
        public String fileNameOf(Lsn lsn) {
            return bytes.fileNameOf(lsn);
        }
    }
}
