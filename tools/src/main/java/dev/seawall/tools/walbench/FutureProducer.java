package dev.seawall.tools.walbench;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;

/// A load of one thread that never waits for a commit, with at most so many on their way.
final class FutureProducer {

    private final Operation operation;
    private final int window;

    FutureProducer(Operation operation, int window) {
        this.operation = operation;
        this.window = window;
    }

    /// Runs for `warmUp` unmeasured and then for `time`, and waits for what is on its way.
    ///
    /// @param mark called at the begin and the end of the measured time
    ConcurrentHistogram run(Duration warmUp, Duration time, Runnable mark) {
        ConcurrentHistogram latency = new ConcurrentHistogram(60_000_000_000L, 2);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Semaphore room = new Semaphore(window);
        produce(System.nanoTime() + warmUp.toNanos(), new ConcurrentHistogram(60_000_000_000L, 2), room, failure);
        mark.run();
        produce(System.nanoTime() + time.toNanos(), latency, room, failure);
        room.acquireUninterruptibly(window);
        mark.run();
        if (failure.get() != null) {
            throw new IllegalStateException("a commit failed", failure.get());
        }
        return latency;
    }

    private void produce(
            long until, ConcurrentHistogram latency, Semaphore room, AtomicReference<Throwable> failure) {
        long begin = System.nanoTime();
        while (begin < until && failure.get() == null) {
            room.acquireUninterruptibly();
            long began = System.nanoTime();
            operation.future().whenComplete((_, thrown) -> {
                latency.recordValue(System.nanoTime() - began);
                if (thrown != null) {
                    failure.compareAndSet(null, thrown);
                }
                room.release();
            });
            begin = began;
        }
    }
}
