package dev.seawall.walwriter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Which reservations have been copied into the buffers: how far the flusher may write.
///
/// A ring with an entry a reservation, in the order of their LSNs. Appenders announce how far they
/// have copied, in parallel and without locks; the flusher walks over what is complete.
///
/// ```
///            head                      tail
///   | done | done | copying | done | done |            -> complete up to "copying"'s progress
/// ```
final class Insertions {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle TAIL;

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(Insertions.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final long GAP = 1;

    private final int mask;
    private final long[] ends;
    /// How far each entry is copied; an LSN, raised by its appender alone.
    private final long[] progress;
    private final long[] kinds;

    /// Next entry to give out. Written under InsertPosition's lock.
    private volatile long tail;
    /// First entry that is not complete. Written by the flusher.
    private volatile long head;

    /// The same as `complete`, for others to read.
    private volatile long published;

    // The flusher's alone.
    private long complete;
    private long completeRecordEnd;

    Insertions(int capacity, long start) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity " + capacity + " is not a power of two");
        }
        mask = capacity - 1;
        ends = new long[capacity];
        progress = new long[capacity];
        kinds = new long[capacity];
        complete = start;
        published = start;
        completeRecordEnd = start;
    }

    /// Entries that can still be begun. Under InsertPosition's lock.
    long room() {
        return ends.length - (tail - head);
    }

    /// Whether a reservation could be begun. Any thread.
    boolean canBegin() {
        return tail - head < ends.length;
    }

    /// Begins a reservation; under InsertPosition's lock.
    ///
    /// @return its sequence number, or -1 if too many are in flight
    long begin(long from, long end) {
        long sequence = tail;
        if (sequence - head >= ends.length) {
            return -1;
        }
        enter(sequence, from, end, 0);
        return sequence;
    }

    /// Enters the unused rest of a segment, complete as it stands; under InsertPosition's lock,
    /// room having been checked.
    void gap(long from, long end) {
        enter(tail, from, end, GAP);
    }

    private void enter(long sequence, long from, long end, long kind) {
        int at = (int) sequence & mask;
        ends[at] = end;
        kinds[at] = kind;
        progress[at] = from;
        // Released: the flusher that sees the new tail sees the entry.
        TAIL.setRelease(this, sequence + 1);
    }

    /// Announces that everything of the reservation before `lsn` has been copied.
    void progress(long sequence, long lsn) {
        ELEMENT.setRelease(progress, (int) sequence & mask, lsn);
    }

    /// Announces that all of the reservation has been copied. Volatile: the appender looks next
    /// whether the flusher waits for it, and the flusher, before it sleeps, whether it is here.
    void complete(long sequence) {
        int at = (int) sequence & mask;
        ELEMENT.setVolatile(progress, at, ends[at]);
    }

    /// Whether [#advance] would move. Any thread.
    boolean canAdvance() {
        long sequence = head;
        if (sequence >= tail) {
            return false;
        }
        int at = (int) sequence & mask;
        return kinds[at] == GAP || (long) ELEMENT.getVolatile(progress, at) > published;
    }

    /// What [#advance] found next.
    enum Advance { NOTHING, BYTES, GAP }

    /// Moves over complete entries; the flusher's alone. A gap is reported on its own, after all
    /// bytes before it.
    Advance advance() {
        long sequence = head;
        long end = tail;
        long before = complete;
        while (sequence < end) {
            int at = (int) sequence & mask;
            if (kinds[at] == GAP) {
                if (complete != before) {
                    break;
                }
                complete = ends[at];
                completeRecordEnd = complete;
                published = complete;
                head = sequence + 1;
                return Advance.GAP;
            }
            long copied = (long) ELEMENT.getAcquire(progress, at);
            complete = copied;
            if (copied != ends[at]) {
                break;
            }
            completeRecordEnd = copied;
            sequence++;
        }
        published = complete;
        head = sequence;
        return complete != before ? Advance.BYTES : Advance.NOTHING;
    }

    /// Whether the next thing to come is a gap. The flusher's, after [#advance].
    boolean isGapNext() {
        return head < tail && kinds[(int) head & mask] == GAP;
    }

    /// Every byte before it has been copied. The flusher's, after [#advance].
    long complete() {
        return complete;
    }

    /// End of the last record that has been copied whole.
    long completeRecordEnd() {
        return completeRecordEnd;
    }
}
