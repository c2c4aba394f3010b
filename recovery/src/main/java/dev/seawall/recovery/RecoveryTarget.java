package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import java.time.Instant;

/// Where recovery to a point in time stops.
public sealed interface RecoveryTarget {

    /// The end of the archive and the log.
    record Latest() implements RecoveryTarget {}

    /// As soon as the backup is consistent.
    record Immediate() implements RecoveryTarget {}

    /// At the restore point of this name: at once behind its record.
    record Name(String name) implements RecoveryTarget {}

    /// Behind the first record that ends at or after `lsn`, or before it.
    record AtLsn(Lsn lsn, boolean isInclusive) implements RecoveryTarget {}

    /// Behind this transaction's commit or abort, or before it.
    record AtXid(long xid, boolean isInclusive) implements RecoveryTarget {}

    /// Behind the last commit or abort at or before `time` (inclusive) or before it.
    record AtTime(Instant time, boolean isInclusive) implements RecoveryTarget {}
}
