package dev.seawall.walwriter;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Insertions ready for use, so that appending allocates nothing: virtual threads have no thread
/// locals worth the name.
final class InsertionPool implements AutoCloseable {

    private static final int SLOTS = 64;
    private static final int PROBES = 16;

    private final AtomicReferenceArray<@Nullable Insertion> slots = new AtomicReferenceArray<>(SLOTS);
    private volatile boolean isClosed;

    Insertion acquire() {
        int first = slotOf(Thread.currentThread());
        for (int i = 0; i < PROBES; i++) {
            Insertion found = slots.getAndSet(first + i & SLOTS - 1, null);
            if (found != null) {
                return found;
            }
        }
        return new Insertion();
    }

    void release(Insertion insertion) {
        int first = slotOf(Thread.currentThread());
        for (int i = 0; i < PROBES && !isClosed; i++) {
            if (slots.compareAndSet(first + i & SLOTS - 1, null, insertion)) {
                return;
            }
        }
        insertion.record.close();
    }

    private static int slotOf(Thread thread) {
        return (int) (thread.threadId() * 0x9E37_79B9L >>> 16) & SLOTS - 1;
    }

    @Override
    public void close() {
        isClosed = true;
        for (int i = 0; i < SLOTS; i++) {
            Insertion left = slots.getAndSet(i, null);
            if (left != null) {
                left.record.close();
            }
        }
    }
}
