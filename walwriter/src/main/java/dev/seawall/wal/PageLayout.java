package dev.seawall.wal;

/// All arithmetic of pages and segments.
///
/// The log is a run of 8 KiB pages. Each begins with a header: 24 bytes, or 40 on the first page
/// of a segment. Records are laid into what the headers leave, eight-byte aligned, across pages
/// and segments. Counting only what they leave gives a *usable position*: laying a record down is
/// then an addition, whatever headers stand between (as PostgreSQL's insert position is kept).
///
/// ```
/// LSN     |hdr40|........ page 0 ........|hdr24|........ page 1 ........|
/// usable        0                        8152                           16320
/// ```
public record PageLayout(int segmentBytes) {

    public static final int PAGE_BYTES = 8192;
    public static final int SHORT_HEADER = 24;
    public static final int LONG_HEADER = 40;

    public static final int SEGMENT_BYTES_MIN = 1 << 20;
    public static final int SEGMENT_BYTES_MAX = 1 << 30;
    public static final int SEGMENT_BYTES_DEFAULT = 16 << 20;

    /// The usual layout: 16 MiB segments.
    public static final PageLayout DEFAULT = new PageLayout(SEGMENT_BYTES_DEFAULT);

    private static final int USABLE_PER_PAGE = PAGE_BYTES - SHORT_HEADER;
    private static final int USABLE_ON_FIRST_PAGE = PAGE_BYTES - LONG_HEADER;

    public PageLayout {
        if (!isSegmentSize(segmentBytes)) {
            throw new IllegalArgumentException("segment size " + segmentBytes
                    + " is not a power of two between 1 MiB and 1 GiB");
        }
    }

    public static boolean isSegmentSize(long bytes) {
        return bytes >= SEGMENT_BYTES_MIN && bytes <= SEGMENT_BYTES_MAX && Long.bitCount(bytes) == 1;
    }

    /// The next multiple of eight: where a record may begin.
    public static long align8(long bytes) {
        return bytes + 7 & ~7L;
    }

    public long segmentsIn4GiB() {
        return (1L << 32) / segmentBytes;
    }

    public SegmentNumber segmentOf(Lsn lsn) {
        return new SegmentNumber(Long.divideUnsigned(lsn.value(), segmentBytes));
    }

    public Lsn startOf(SegmentNumber segment) {
        return new Lsn(segment.value() * segmentBytes);
    }

    public int offsetInSegment(Lsn lsn) {
        return (int) (lsn.value() & segmentBytes - 1);
    }

    public Lsn pageOf(Lsn lsn) {
        return new Lsn(lsn.value() & -PAGE_BYTES);
    }

    public int offsetInPage(Lsn lsn) {
        return (int) (lsn.value() & PAGE_BYTES - 1);
    }

    /// Size of the header of the page that holds `lsn`.
    public int headerBytes(Lsn lsn) {
        return headerBytes(lsn.value());
    }

    /// The same by the value, for whoever may not allocate.
    public int headerBytes(long lsn) {
        return (lsn & segmentBytes - 1) < PAGE_BYTES ? LONG_HEADER : SHORT_HEADER;
    }

    /// Where record bytes at `position` really stand: behind the header, if it is a page's start.
    public Lsn startOf(Lsn position) {
        return offsetInPage(position) == 0 ? position.plus(headerBytes(position)) : position;
    }

    /// The usable position of an LSN that is a page's start or behind a header.
    ///
    /// @throws IllegalArgumentException if the LSN points into a page header
    public long usableOf(Lsn lsn) {
        int inPage = offsetInPage(lsn);
        long before = usableBeforePage(pageOf(lsn));
        if (inPage == 0) {
            return before;
        }
        int header = headerBytes(lsn);
        if (inPage < header) {
            throw new IllegalArgumentException("LSN " + lsn + " points into a page header");
        }
        return before + inPage - header;
    }

    /// The LSN of the byte at a usable position: never a page's start.
    public Lsn startAt(long usable) {
        return startOf(endAt(usable));
    }

    /// The LSN just past the last usable byte before the position: a page's start where one begins.
    public Lsn endAt(long usable) {
        return new Lsn(endValueAt(usable));
    }

    /// The same as a number, for whoever may not allocate.
    public long endValueAt(long usable) {
        long segment = Long.divideUnsigned(usable, usablePerSegment());
        long left = Long.remainderUnsigned(usable, usablePerSegment());
        long base = segment * segmentBytes;
        if (left == 0) {
            return base;
        }
        if (left < USABLE_ON_FIRST_PAGE) {
            return base + LONG_HEADER + left;
        }
        long onLater = left - USABLE_ON_FIRST_PAGE;
        long page = base + PAGE_BYTES + onLater / USABLE_PER_PAGE * PAGE_BYTES;
        long inPage = onLater % USABLE_PER_PAGE;
        return inPage == 0 ? page : page + SHORT_HEADER + inPage;
    }

    /// The end LSN of a record of `length` bytes that begins at `start`, alignment included.
    public Lsn endOf(Lsn start, long length) {
        return endAt(usableOf(start) + align8(length));
    }

    private long usableBeforePage(Lsn page) {
        long inSegment = page.value() & segmentBytes - 1;
        long whole = Long.divideUnsigned(page.value(), segmentBytes) * usablePerSegment();
        if (inSegment == 0) {
            return whole;
        }
        return whole + USABLE_ON_FIRST_PAGE + (inSegment / PAGE_BYTES - 1) * USABLE_PER_PAGE;
    }

    private long usablePerSegment() {
        return (long) (segmentBytes / PAGE_BYTES) * USABLE_PER_PAGE - (LONG_HEADER - SHORT_HEADER);
    }
}
