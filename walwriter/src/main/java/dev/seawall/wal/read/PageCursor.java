package dev.seawall.wal.read;

import static java.lang.Integer.toUnsignedLong;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The page that a reader stands on, its header checked as PostgreSQL checks it.
///
/// A page is read again when more of it is wanted than was below the limit the time before. When
/// reading enters a segment in its middle, the segment's first page is checked too.
final class PageCursor {

    private static final int FLAGS = PageHeader.FLAGS_OFFSET;
    private static final int TIMELINE = 4;
    private static final int REMAINING = 16;
    private static final int SYSTEM_ID = 24;
    private static final int SEGMENT_BYTES = 32;
    private static final int PAGE_BYTES = 36;
    private static final long NONE = -1;

    private final LogBytes bytes;
    private final PageLayout layout;
    private final byte[] content = new byte[PageLayout.PAGE_BYTES];
    private final ByteBuffer page = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);

    // The page that `content` holds, and up to where it was below the limit when it was read.
    private long held = NONE;
    private long heldUpTo;
    private long segment = NONE;
    // For the rule that timelines never go back from page to page.
    private long latestPage;
    private int latestTimeline;

    private long limit = Lsn.MAX.value();
    private WalVersion version = WalVersion.V15;
    private long expectedSystemId;
    private @Nullable TimelineHistory history;
    private String fault = "";

    PageCursor(LogBytes bytes, PageLayout layout) {
        this.bytes = bytes;
        this.layout = layout;
    }

    void limit(Lsn newLimit) {
        limit = newLimit.value();
        bytes.limit(newLimit);
    }

    void version(WalVersion expected) {
        version = expected;
    }

    void expect(long systemId, TimelineHistory expected) {
        expectedSystemId = systemId;
        history = expected;
    }

    /// Makes the first `wanted` bytes of a page, and always its header, available.
    ///
    /// @return false if they are not, for the reason that [#fault] tells
    boolean read(long at, int wanted) throws IOException {
        long end = at + Math.max(wanted, PageLayout.SHORT_HEADER);
        if (at == held && Long.compareUnsigned(end, heldUpTo) <= 0) {
            return true;
        }
        int inSegment = (int) (at & layout.segmentBytes() - 1);
        if (at - inSegment != segment && inSegment != 0
                && !readAndCheck(at - inSegment, PageLayout.LONG_HEADER)) {
            return false;
        }
        return readAndCheck(at, wanted);
    }

    private boolean readAndCheck(long at, int wanted) throws IOException {
        int inSegment = (int) (at & layout.segmentBytes() - 1);
        int least = inSegment == 0 ? PageLayout.LONG_HEADER : PageLayout.SHORT_HEADER;
        if (Long.compareUnsigned(at + Math.max(wanted, least), limit) > 0) {
            return fail(ReadOutcome.NoRecord.AT_LIMIT);
        }
        held = NONE;
        Lsn lsn = new Lsn(at);
        if (!bytes.readPage(lsn, page.clear())) {
            return fail(bytes.absenceOf(lsn));
        }
        String problem = problemOf(at, inSegment);
        if (problem != null) {
            return fail(problem);
        }
        latestPage = at;
        latestTimeline = page.getInt(TIMELINE);
        segment = at - inSegment;
        held = at;
        long end = at + PageLayout.PAGE_BYTES;
        heldUpTo = Long.compareUnsigned(end, limit) <= 0 ? end : limit;
        return true;
    }

    private @Nullable String problemOf(long at, int inSegment) {
        int magic = Short.toUnsignedInt(page.getShort(0));
        int flags = flags();
        if (magic != version.magic()) {
            return String.format("invalid magic number %04X", magic) + place(at, inSegment);
        }
        if ((flags & ~PageHeader.ALL_FLAGS) != 0) {
            return String.format("invalid info bits %04X", flags) + place(at, inSegment);
        }
        if ((flags & PageHeader.LONG) != 0) {
            String foreign = foreign();
            if (foreign != null) {
                return "WAL file is from different database system: " + foreign;
            }
        } else if (inSegment == 0) {
            return String.format("invalid info bits %04X", flags) + place(at, inSegment);
        }
        long address = page.getLong(PageHeader.PAGE_OFFSET);
        if (address != at) {
            return "unexpected pageaddr " + new Lsn(address) + place(at, inSegment);
        }
        return problemOfTimeline(at, inSegment);
    }

    private @Nullable String foreign() {
        long systemId = page.getLong(SYSTEM_ID);
        if (expectedSystemId != 0 && systemId != expectedSystemId) {
            return "WAL file database system identifier is " + Long.toUnsignedString(systemId)
                    + ", pg_control database system identifier is " + Long.toUnsignedString(expectedSystemId);
        }
        if (page.getInt(SEGMENT_BYTES) != layout.segmentBytes()) {
            return "incorrect segment size in page header";
        }
        return page.getInt(PAGE_BYTES) == PageLayout.PAGE_BYTES ? null : "incorrect XLOG_BLCKSZ in page header";
    }

    private @Nullable String problemOfTimeline(long at, int inSegment) {
        int timeline = page.getInt(TIMELINE);
        if (Long.compareUnsigned(at, latestPage) > 0 && Integer.compareUnsigned(timeline, latestTimeline) < 0) {
            return "out-of-sequence timeline ID " + toUnsignedLong(timeline)
                    + " (after " + toUnsignedLong(latestTimeline) + ")" + place(at, inSegment);
        }
        // A page keeps the timeline that it was begun on; one begun behind a switch point is the child's.
        if (history != null && history.timelineAt(new Lsn(at)).value() != timeline) {
            return "unexpected timeline ID " + toUnsignedLong(timeline) + place(at, inSegment);
        }
        return null;
    }

    private String place(long at, int inSegment) {
        return " in log segment " + bytes.fileNameOf(new Lsn(at)) + ", offset " + inSegment;
    }

    private boolean fail(String reason) {
        fault = reason;
        return false;
    }

    /// Why [#read] returned false.
    String fault() {
        return fault;
    }

    /// After a failure: what comes next is read and checked anew.
    void invalidate() {
        held = NONE;
        segment = NONE;
    }

    /// A new start elsewhere: timelines seen so far mean nothing there.
    void restart() {
        latestPage = 0;
        latestTimeline = 0;
    }

    /// The page, little endian; only what [#read] asked for may be looked at.
    ByteBuffer page() {
        return page;
    }

    /// Copies out of the page.
    void copy(int from, byte[] into, int at, int length) {
        System.arraycopy(content, from, into, at, length);
    }

    int flags() {
        return Short.toUnsignedInt(page.getShort(FLAGS));
    }

    /// Size of the header, by its own flag.
    int headerBytes() {
        return (flags() & PageHeader.LONG) != 0 ? PageLayout.LONG_HEADER : PageLayout.SHORT_HEADER;
    }

    /// Unsigned: bytes of the continued record from this page on.
    int remainingBytes() {
        return page.getInt(REMAINING);
    }

    /// Timeline of the page read last.
    int timeline() {
        return latestTimeline;
    }
}
