package dev.seawall.tools.walbench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/// A load of so many threads, each of which commits, waits, and commits again.
final class Committers {

    /// How the threads are made.
    enum Threads { VIRTUAL, PLATFORM }

    /// Histograms: one a thread would be a thousand, and each record a miss of the processor's cache.
    private static final int STRIPES = 8;

    private final Operation operation;
    private final ThreadFactory factory;
    private final int count;
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isMeasuring;
    private volatile boolean isStopping;

    Committers(Operation operation, Threads threads, int count) {
        this.operation = operation;
        this.count = count;
        this.factory = switch (threads) {
            case VIRTUAL -> Thread.ofVirtual().name("committer-", 0).factory();
            case PLATFORM -> Thread.ofPlatform().name("committer-", 0).daemon().factory();
        };
    }

    /// Runs for `warmUp` unmeasured and then for `time`.
    ///
    /// @param mark called at the begin and the end of the measured time
    /// @return every measured operation's nanoseconds, all threads together
    Histogram run(Duration warmUp, Duration time, Runnable mark) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(count);
        List<Histogram> histograms = new ArrayList<>();
        for (int i = 0; i < Math.min(count, STRIPES); i++) {
            histograms.add(new SynchronizedHistogram(60_000_000_000L, 2));
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Histogram histogram = histograms.get(i % STRIPES);
            threads.add(factory.newThread(() -> loop(histogram, ready)));
        }
        threads.forEach(Thread::start);
        ready.await();
        Thread.sleep(warmUp);
        isMeasuring = true;
        mark.run();
        Thread.sleep(time);
        mark.run();
        isStopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a committer failed", failures.peek());
        }
        Histogram all = new Histogram(60_000_000_000L, 2);
        histograms.forEach(all::add);
        return all;
    }

    private void loop(Histogram histogram, CountDownLatch ready) {
        ready.countDown();
        try {
            while (!isStopping) {
                long begin = System.nanoTime();
                operation.blocking();
                long end = System.nanoTime();
                if (isMeasuring && !isStopping) {
                    histogram.recordValue(end - begin);
                }
            }
        } catch (Throwable t) {
            // Kept for the one who started this thread: he throws it.
            failures.add(t);
        }
    }
}
