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
    private final LentPage lent = new LentPage();
    // The memory that the page is lent in, without its owner's position and limit; and where it begins there.
    private ByteBuffer source = lent.bytes();
    private ByteBuffer memory = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    private int at;
    private int flags;

    // The page that stands there, and up to where it was below the limit when it was read.
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

    /// Has another take what this one takes.
    void prepare(PageCursor other) {
        other.limit(new Lsn(limit));
        other.expectedSystemId = expectedSystemId;
        other.history = history;
    }

    /// Makes the first `wanted` bytes of a page, and always its header, available.
    ///
    /// @return false if they are not, for the reason that [#fault] tells
    boolean read(long page, int wanted) throws IOException {
        long end = page + Math.max(wanted, PageLayout.SHORT_HEADER);
        if (page == held && Long.compareUnsigned(end, heldUpTo) <= 0) {
            return true;
        }
        int inSegment = (int) (page & layout.segmentBytes() - 1);
        if (page - inSegment != segment && inSegment != 0
                && !readAndCheck(page - inSegment, PageLayout.LONG_HEADER)) {
            return false;
        }
        return readAndCheck(page, wanted);
    }

    /// Whether it stands on this page, and all of it may be looked at.
    boolean hasWhole(long page) {
        return page == held && heldUpTo == page + PageLayout.PAGE_BYTES;
    }

    private boolean readAndCheck(long page, int wanted) throws IOException {
        int inSegment = (int) (page & layout.segmentBytes() - 1);
        int least = inSegment == 0 ? PageLayout.LONG_HEADER : PageLayout.SHORT_HEADER;
        if (Long.compareUnsigned(page + Math.max(wanted, least), limit) > 0) {
            return fail(ReadOutcome.NoRecord.AT_LIMIT);
        }
        held = NONE;
        Lsn lsn = new Lsn(page);
        if (!bytes.lendPage(lsn, lent)) {
            return fail(bytes.absenceOf(lsn));
        }
        if (source != lent.bytes()) {
            source = lent.bytes();
            memory = source.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
        }
        at = lent.at();
        flags = getShort(FLAGS);
        String problem = problemOf(page, inSegment);
        if (problem != null) {
            return fail(problem);
        }
        latestPage = page;
        latestTimeline = getInt(TIMELINE);
        segment = page - inSegment;
        held = page;
        long end = page + PageLayout.PAGE_BYTES;
        heldUpTo = Long.compareUnsigned(end, limit) <= 0 ? end : limit;
        return true;
    }

    private @Nullable String problemOf(long page, int inSegment) {
        int magic = getShort(0);
        if (magic != version.magic()) {
            return String.format("invalid magic number %04X", magic) + place(page, inSegment);
        }
        if ((flags & ~PageHeader.ALL_FLAGS) != 0) {
            return String.format("invalid info bits %04X", flags) + place(page, inSegment);
        }
        if ((flags & PageHeader.LONG) != 0) {
            String foreign = foreign();
            if (foreign != null) {
                return "WAL file is from different database system: " + foreign;
            }
        } else if (inSegment == 0) {
            return String.format("invalid info bits %04X", flags) + place(page, inSegment);
        }
        long address = memory.getLong(at + PageHeader.PAGE_OFFSET);
        if (address != page) {
            return "unexpected pageaddr " + new Lsn(address) + place(page, inSegment);
        }
        return problemOfTimeline(page, inSegment);
    }

    private @Nullable String foreign() {
        long systemId = memory.getLong(at + SYSTEM_ID);
        if (expectedSystemId != 0 && systemId != expectedSystemId) {
            return "WAL file database system identifier is " + Long.toUnsignedString(systemId)
                    + ", pg_control database system identifier is " + Long.toUnsignedString(expectedSystemId);
        }
        if (getInt(SEGMENT_BYTES) != layout.segmentBytes()) {
            return "incorrect segment size in page header";
        }
        return getInt(PAGE_BYTES) == PageLayout.PAGE_BYTES ? null : "incorrect XLOG_BLCKSZ in page header";
    }

    private @Nullable String problemOfTimeline(long page, int inSegment) {
        int timeline = getInt(TIMELINE);
        if (Long.compareUnsigned(page, latestPage) > 0 && Integer.compareUnsigned(timeline, latestTimeline) < 0) {
            return "out-of-sequence timeline ID " + toUnsignedLong(timeline)
                    + " (after " + toUnsignedLong(latestTimeline) + ")" + place(page, inSegment);
        }
        // A page keeps the timeline that it was begun on; one begun behind a switch point is the child's.
        if (history != null && history.timelineAt(new Lsn(page)).value() != timeline) {
            return "unexpected timeline ID " + toUnsignedLong(timeline) + place(page, inSegment);
        }
        return null;
    }

    private String place(long page, int inSegment) {
        return " in log segment " + bytes.fileNameOf(new Lsn(page)) + ", offset " + inSegment;
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
        // Or the page that is here now would never say which timeline it is of.
        held = NONE;
    }

    private int getShort(int offset) {
        return Short.toUnsignedInt(memory.getShort(at + offset));
    }

    private int getInt(int offset) {
        return memory.getInt(at + offset);
    }

    /// The memory that the page stands in, little endian, the same object for as long as it is the same memory;
    /// only what [#read] asked for may be looked at.
    ByteBuffer memory() {
        return memory;
    }

    /// Where in the memory the page begins.
    int at() {
        return at;
    }

    int flags() {
        return flags;
    }

    /// Size of the header, by its own flag.
    int headerBytes() {
        return (flags & PageHeader.LONG) != 0 ? PageLayout.LONG_HEADER : PageLayout.SHORT_HEADER;
    }

    /// Unsigned: bytes of the continued record from this page on.
    int remainingBytes() {
        return getInt(REMAINING);
    }

    /// Timeline of the page read last.
    int timeline() {
        return latestTimeline;
    }
}
