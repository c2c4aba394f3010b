package dev.seawall.wal.record;

import dev.seawall.wal.Lsn;
import java.nio.ByteBuffer;
import java.util.List;

/// One record, checked and decoded.
///
/// @param start       where it begins, behind any page header
/// @param end         the byte after it, aligned: what its transaction waits for
/// @param previous    start of the record before it; 0/0 for the first ever
/// @param totalLength with header, without alignment
/// @param info        high nibble the resource manager's, low nibble the log's
/// @param origin      replication origin; 0 if none
/// @param topXid      the top-level transaction when `xid` is a subtransaction; 0 if not said
/// @param blocks      pages, in order of id
/// @param mainData    the resource manager's bytes, read-only, little endian
public record WalRecord(
        Lsn start, Lsn end, Lsn previous, int totalLength, int xid, int info,
        ResourceManagerId resourceManager, int origin, int topXid,
        List<BlockReference> blocks, ByteBuffer mainData) {

    /// The resource manager's part of [#info].
    public int kind() {
        return info & 0xF0;
    }

    /// A fresh view of the main data: position 0, little endian.
    public ByteBuffer body() {
        return mainData.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }
}
