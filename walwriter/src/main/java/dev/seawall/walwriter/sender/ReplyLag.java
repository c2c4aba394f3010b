package dev.seawall.walwriter.sender;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How long it takes from a position's being sent to its being reported back: samples of what was sent
/// when, used up by reports.
///
/// When reports come too rarely for the samples there is room for, the first of them count.
final class ReplyLag {

    private static final int SAMPLES = 64;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock: samples between read and written, modulo their number.
    private final long[] positions = new long[SAMPLES];
    private final long[] nanos = new long[SAMPLES];
    private long read;
    private long written;
    private @Nullable Duration last;

    void sent(long position, long now) {
        lock.lock();
        try {
            if (written - read < SAMPLES) {
                int at = (int) (written++ % SAMPLES);
                positions[at] = position;
                nanos[at] = now;
            }
        } finally {
            lock.unlock();
        }
    }

    /// @param isAll whether nothing more was sent than is reported: then a report without a new sample
    ///              says that there is no lag to speak of
    void reported(long position, boolean isAll, long now) {
        lock.lock();
        try {
            long from = read;
            while (read < written && Long.compareUnsigned(positions[(int) (read % SAMPLES)], position) <= 0) {
                last = Duration.ofNanos(Math.max(0, now - nanos[(int) (read % SAMPLES)]));
                read++;
            }
            if (from == read && isAll) {
                last = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @Nullable Duration last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }
}
