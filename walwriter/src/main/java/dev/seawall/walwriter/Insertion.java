package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.EncodedRecord;

/// One appender's scratch: the record being encoded and the place reserved for it. Pooled.
final class Insertion {

    final EncodedRecord record = new EncodedRecord(8192);

    /// Commit time, stamped with the reservation; PostgreSQL microseconds.
    long time;
    /// Number of the reservation in [Insertions].
    long sequence;
    /// Where the reservation begins: a page's start, if its header is still to be written.
    long from;
    /// Where it ends: the end LSN of its last record.
    long end;
    /// The same as `from`, as a usable position.
    long usable;
    /// Start of the record before it.
    long previous;

    void placed(long newSequence, long newFrom, long newEnd, long newUsable, long newPrevious) {
        sequence = newSequence;
        from = newFrom;
        end = newEnd;
        usable = newUsable;
        previous = newPrevious;
    }

    Lsn endLsn() {
        return new Lsn(end);
    }
}
