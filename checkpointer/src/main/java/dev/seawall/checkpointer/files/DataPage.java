package dev.seawall.checkpointer.files;

import dev.seawall.wal.Lsn;
import java.nio.ByteBuffer;

/// A data page and PostgreSQL's header of it.
///
/// ```
///  0 u32 high, 4 u32 low half of pd_lsn, the end of the last record that changed the page
///  8 u16 pd_checksum   10 u16 pd_flags   12 u16 pd_lower   14 u16 pd_upper
/// 16 u16 pd_special    18 u16 page size | version          20 u32 pd_prune_xid
/// 24 content; between pd_lower and pd_upper is a hole that counts as zeros
/// ```
/// All methods take a little-endian buffer with the page at 0 and leave its position alone.
public final class DataPage {

    public static final int BYTES = 8192;
    public static final int HEADER_BYTES = 24;

    static final int LSN_HIGH = 0;
    static final int LSN_LOW = 4;
    static final int CHECKSUM = 8;
    static final int LOWER = 12;
    static final int UPPER = 14;
    static final int SPECIAL = 16;
    static final int SIZE_VERSION = 18;

    private static final int SIZE_AND_VERSION_4 = BYTES | 4;

    private DataPage() {}

    /// Makes an empty page: no hole, so every byte behind the header is content.
    public static void initialize(ByteBuffer page) {
        page.put(0, new byte[BYTES]);
        page.putShort(LOWER, (short) HEADER_BYTES).putShort(UPPER, (short) HEADER_BYTES);
        page.putShort(SPECIAL, (short) BYTES).putShort(SIZE_VERSION, (short) SIZE_AND_VERSION_4);
    }

    public static Lsn lsn(ByteBuffer page) {
        return new Lsn((long) page.getInt(LSN_HIGH) << 32 | page.getInt(LSN_LOW) & 0xFFFF_FFFFL);
    }

    public static void lsn(ByteBuffer page, Lsn lsn) {
        page.putInt(LSN_HIGH, (int) (lsn.value() >>> 32)).putInt(LSN_LOW, (int) lsn.value());
    }

    public static int checksum(ByteBuffer page) {
        return Short.toUnsignedInt(page.getShort(CHECKSUM));
    }

    public static void checksum(ByteBuffer page, int checksum) {
        page.putShort(CHECKSUM, (short) checksum);
    }

    /// Whether the page was never initialized: PostgreSQL's PageIsNew.
    public static boolean isNew(ByteBuffer page) {
        return page.getShort(UPPER) == 0;
    }

    /// Whether the header is one that PostgreSQL would accept.
    public static boolean isSane(ByteBuffer page) {
        int lower = Short.toUnsignedInt(page.getShort(LOWER));
        int upper = Short.toUnsignedInt(page.getShort(UPPER));
        int special = Short.toUnsignedInt(page.getShort(SPECIAL));
        return lower >= HEADER_BYTES && lower <= upper && upper <= special && special <= BYTES
                && Short.toUnsignedInt(page.getShort(SIZE_VERSION)) == SIZE_AND_VERSION_4;
    }
}
