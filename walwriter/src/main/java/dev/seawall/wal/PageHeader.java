package dev.seawall.wal;

import java.nio.ByteBuffer;

/// The header that every 8 KiB page of the log begins with.
///
/// ```
///  0 u16 magic   2 u16 flags   4 u32 timeline   8 u64 LSN of this page
/// 16 u32 bytes of the continued record still to come, from this page on   20 4 padding
/// on a segment's first page also:
/// 24 u64 system identifier   32 u32 segment bytes   36 u32 page bytes
/// ```
public record PageHeader(
        int magic, int flags, int timeline, Lsn page, int remainingBytes,
        long systemId, int segmentBytes, int pageBytes) {

    /// PostgreSQL 15.
    public static final int MAGIC = 0xD110;

    /// The page's first bytes continue a record that began before it.
    public static final int CONTINUATION = 0x1;
    /// The long form, with system identifier and sizes.
    public static final int LONG = 0x2;
    /// Set by real servers while no base backup runs; never by us.
    public static final int BACKUP_REMOVABLE = 0x4;
    /// The record that the page before left unfinished was given up.
    public static final int OVERWRITE_CONTINUATION = 0x8;
    public static final int ALL_FLAGS = 0xF;

    public static final int FLAGS_OFFSET = 2;
    public static final int PAGE_OFFSET = 8;

    /// Reads the header at the buffer's position, which is left behind the short form or, when the
    /// flag says so, the long one. Nothing is judged here but the buffer's bounds.
    public static PageHeader read(ByteBuffer page) {
        int magic = Short.toUnsignedInt(page.getShort());
        int flags = Short.toUnsignedInt(page.getShort());
        int timeline = page.getInt();
        Lsn lsn = new Lsn(page.getLong());
        int remaining = page.getInt();
        page.getInt();
        if ((flags & LONG) == 0) {
            return new PageHeader(magic, flags, timeline, lsn, remaining, 0, 0, 0);
        }
        return new PageHeader(magic, flags, timeline, lsn, remaining,
                page.getLong(), page.getInt(), page.getInt());
    }

    /// Writes a header at the little-endian buffer's position: the long form where `page` begins a
    /// segment of `layout`, else the short one.
    public static void write(
            ByteBuffer into, PageLayout layout, int timeline, long systemId, Lsn page, int flags, int remaining) {
        int at = into.position();
        int bytes = writeAt(into, at, layout, timeline, systemId, page.value(), flags, remaining);
        into.position(at + bytes);
    }

    /// The same at an index of a buffer that others write elsewhere meanwhile. No allocation.
    ///
    /// @param page its LSN's value
    /// @return bytes of the header
    public static int writeAt(ByteBuffer into, int at, PageLayout layout, int timeline, long systemId, long page,
            int flags, int remaining) {
        boolean isFirst = (page & layout.segmentBytes() - 1) == 0;
        into.putShort(at, (short) MAGIC)
                .putShort(at + FLAGS_OFFSET, (short) (isFirst ? flags | LONG : flags))
                .putInt(at + 4, timeline)
                .putLong(at + PAGE_OFFSET, page)
                .putInt(at + 16, remaining)
                .putInt(at + 20, 0);
        if (!isFirst) {
            return PageLayout.SHORT_HEADER;
        }
        into.putLong(at + 24, systemId).putInt(at + 32, layout.segmentBytes()).putInt(at + 36, PageLayout.PAGE_BYTES);
        return PageLayout.LONG_HEADER;
    }

    public boolean isLong() {
        return (flags & LONG) != 0;
    }

    public boolean isContinuation() {
        return (flags & CONTINUATION) != 0;
    }
}
