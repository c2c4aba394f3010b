package dev.seawall.tools.walbench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import org.HdrHistogram.Histogram;

/// A load of so many threads, each of which commits, waits, and commits again.
final class Committers {

    private final Engine engine;
    private final Load load;
    private final ThreadFactory factory;
    private final Latencies latencies;
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isMeasuring;
    private volatile boolean isStopping;

    Committers(Engine engine, Load load) {
        this.engine = engine;
        this.load = load;
        this.latencies = new Latencies(load.count());
        this.factory = load.kind() == Load.Kind.VIRTUAL ? Thread.ofVirtual().name("committer-", 0).factory()
                : Thread.ofPlatform().name("committer-", 0).daemon().factory();
    }

    /// Runs for `warmUp` unmeasured and then for `time`.
    Measurement run(Duration warmUp, Duration time) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < load.count(); i++) {
            int number = i;
            threads.add(factory.newThread(() -> loop(number)));
        }
        threads.forEach(Thread::start);
        Thread.sleep(warmUp);
        long logged = engine.logBytes();
        long begin = System.nanoTime();
        isMeasuring = true;
        Thread.sleep(time);
        isMeasuring = false;
        long end = System.nanoTime();
        logged = engine.logBytes() - logged;
        isStopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a committer failed", failures.peek());
        }
        Histogram all = latencies.histogram();
        return new Measurement(load, all.getTotalCount(), Duration.ofNanos(end - begin),
                engine.logBytes() < 0 ? all.getTotalCount() * load.bytes() : logged, all);
    }

    private void loop(int number) {
        try {
            long begin = System.nanoTime();
            while (!isStopping) {
                engine.commit();
                // One look at the clock for each: it is the end of this one and the begin of the next.
                long end = System.nanoTime();
                if (isMeasuring) {
                    latencies.record(number, end - begin);
                }
                begin = end;
            }
        } catch (Throwable t) {
            // Kept for the one who started this thread: he throws it.
            failures.add(t);
        }
    }
}
