package dev.seawall.wal.record;

import java.nio.ByteBuffer;

/// A page as it was, stored in a record: the hole in its middle cut out, then perhaps compressed.
///
/// @param stored      the bytes in the record, read-only
/// @param holeOffset  where the hole began; 0 if there is none
/// @param holeLength  how long it was; 0 if there is none
/// @param info        flag bits as stored (PostgreSQL 15): 0x01 hole, 0x02 apply, 0x04 pglz, 0x08 lz4, 0x10 zstd
public record FullPageImage(ByteBuffer stored, int holeOffset, int holeLength, int info) {

    public static final int HAS_HOLE = 0x01;
    public static final int APPLY = 0x02;
    public static final int PGLZ = 0x04;
    public static final int LZ4 = 0x08;
    public static final int ZSTD = 0x10;

    /// Whether redo restores the page from it; otherwise it is there to check against.
    public boolean isApplied() {
        return (info & APPLY) != 0;
    }

    public boolean isCompressed() {
        return (info & (PGLZ | LZ4 | ZSTD)) != 0;
    }
}
