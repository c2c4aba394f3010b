package dev.seawall.walwriter.logical;

import dev.seawall.wal.Lsn;
import java.time.Instant;

/// A transaction that committed.
///
/// @param xid   64 bits, epoch included
/// @param first start of its first record
/// @param end   of its commit record: who confirms this has had all of it
public record DecodedTransaction(long xid, Lsn first, Lsn end, Instant commitTime) {

    /// As PostgreSQL's programs write it: 32 bits.
    public long shortXid() {
        return xid & 0xFFFF_FFFFL;
    }
}
