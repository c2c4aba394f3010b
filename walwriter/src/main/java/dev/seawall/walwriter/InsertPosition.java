package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/// Where the next record goes: the one serial step of appending.
///
/// Counts usable bytes ([PageLayout]), so that reserving is an addition under a short lock, whatever
/// page headers stand in between. Nothing waits inside the lock.
final class InsertPosition {

    /// Why a reservation could not be made.
    enum Refusal {
        NONE,
        /// The segments up to the record's end are not prepared.
        SEGMENTS,
        /// Too many insertions are in flight.
        INSERTIONS,
        /// Only the log's own records are taken any more, or none.
        FENCED,
        /// There is nothing to switch from: the segment holds no record yet.
        EMPTY_SEGMENT
    }

    private static final int SPINS = 40;
    private static final VarHandle INSERT_END;
    private static final VarHandle IMPORTANT_END;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INSERT_END = lookup.findVarHandle(InsertPosition.class, "insertEnd", long.class);
            IMPORTANT_END = lookup.findVarHandle(InsertPosition.class, "importantEnd", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PageLayout layout;
    private final Insertions insertions;
    private final CommitClock clock;
    private final WalCounters counters;
    /// Not a monitor: a virtual thread that waits for a contended monitor comes back by way of a
    /// thread of the JVM's, which on a busy machine costs tens of milliseconds.
    private final ReentrantLock lock = new ReentrantLock();

    // All guarded by lock.
    private long next;
    private long previousStart;
    private boolean isFenced;
    private boolean isClosed;

    // Written under the lock, read anywhere: released, for the lock's own end is fence enough.
    private volatile long insertEnd;
    private volatile long importantEnd;
    /// Reservations of clients end here, those of the log itself at `systemLimit`: the end of the
    /// prepared segments but for those kept back.
    private volatile long clientLimit;
    private volatile long systemLimit;

    InsertPosition(PageLayout layout, Insertions insertions, CommitClock clock, WalCounters counters, Lsn position,
            Lsn previous) {
        this.layout = layout;
        this.insertions = insertions;
        this.clock = clock;
        this.counters = counters;
        this.next = layout.usableOf(position);
        this.previousStart = previous.value();
        this.insertEnd = layout.endAt(next).value();
        this.importantEnd = insertEnd;
    }

    /// Reserves room for a run of records.
    ///
    /// @param into       receives the place
    /// @param records    how many
    /// @param bytes      aligned bytes of all records of the run
    /// @param lastBytes  aligned bytes of its last record, which the next record links back to
    /// @param isTimed    whether it ends with a record that carries the commit time
    /// @param isSystem   whether it may use the segments kept for the log's own records
    Refusal reserve(
            Insertion into, long records, long bytes, long lastBytes, boolean isTimed, boolean isSystem) {
        lock();
        try {
            if (isClosed || isFenced && !isSystem) {
                return Refusal.FENCED;
            }
            long begin = insertEnd;
            long end = endOf(begin, bytes);
            if (Long.compareUnsigned(end, isSystem ? systemLimit : clientLimit) > 0) {
                return Refusal.SEGMENTS;
            }
            long sequence = insertions.begin(begin, end);
            if (sequence < 0) {
                return Refusal.INSERTIONS;
            }
            into.placed(sequence, begin, end, next, previousStart);
            // Inside the lock, so that commit times ascend with LSNs and a target time is one place.
            if (isTimed) {
                into.time = clock.stamp();
            }
            previousStart = startOf(bytes == lastBytes ? begin : layout.endValueAt(next + bytes - lastBytes));
            next += bytes;
            counters.reserved(records, bytes);
            INSERT_END.setRelease(this, end);
            if (!isSystem) {
                IMPORTANT_END.setRelease(this, end);
            }
            return Refusal.NONE;
        } finally {
            lock.unlock();
        }
    }

    /// Holding it takes less time than parking: who finds it taken tries for a moment before he parks.
    private void lock() {
        for (int i = 0; i < SPINS; i++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    /// Most records end on the page that they begin on: no divisions for them.
    private long endOf(long begin, long bytes) {
        long inPage = begin & PageLayout.PAGE_BYTES - 1;
        return inPage != 0 && inPage + bytes <= PageLayout.PAGE_BYTES ? begin + bytes : layout.endValueAt(next + bytes);
    }

    private long startOf(long position) {
        if ((position & PageLayout.PAGE_BYTES - 1) != 0) {
            return position;
        }
        return layout.startOf(new Lsn(position)).value();
    }

    /// From now on no client gets a reservation. Those who have one may still be copying.
    void fence() {
        lock.lock();
        try {
            isFenced = true;
        } finally {
            lock.unlock();
        }
    }

    /// From now on nobody gets one, the log itself included: [#insertEnd] stands still.
    void close() {
        lock.lock();
        try {
            isFenced = true;
            isClosed = true;
        } finally {
            lock.unlock();
        }
    }

    /// Reserves a switch record and the rest of its segment. Behind the fence none is taken: it would
    /// move the end that redo and the checkpointer are confirming.
    Refusal reserveSwitch(Insertion into, long bytes) {
        lock.lock();
        try {
            if (isFenced) {
                return Refusal.FENCED;
            }
            if (layout.offsetInSegment(new Lsn(insertEnd)) == 0) {
                return Refusal.EMPTY_SEGMENT;
            }
            long end = layout.endAt(next + bytes).value();
            if (Long.compareUnsigned(end, systemLimit) > 0) {
                return Refusal.SEGMENTS;
            }
            if (insertions.room() < 2) {
                return Refusal.INSERTIONS;
            }
            into.placed(insertions.begin(insertEnd, end), insertEnd, end, next, previousStart);
            previousStart = layout.startAt(next).value();
            counters.reserved(1, bytes);
            Lsn endLsn = new Lsn(end);
            Lsn segmentEnd = layout.offsetInSegment(endLsn) == 0
                    ? endLsn : layout.startOf(layout.segmentOf(endLsn).next());
            if (segmentEnd.isAfter(endLsn)) {
                insertions.gap(end, segmentEnd.value());
            }
            next = layout.usableOf(segmentEnd);
            insertEnd = segmentEnd.value();
            return Refusal.NONE;
        } finally {
            lock.unlock();
        }
    }

    /// End of the last record that is not the log's own.
    Lsn importantEnd() {
        return new Lsn(importantEnd);
    }

    /// End of the last reservation.
    Lsn insertEnd() {
        return new Lsn(insertEnd);
    }

    long insertEndValue() {
        return insertEnd;
    }

    long clientLimit() {
        return clientLimit;
    }

    long systemLimit() {
        return systemLimit;
    }

    void limits(Lsn forClients, Lsn forSystem) {
        clientLimit = forClients.value();
        systemLimit = forSystem.value();
    }
}
