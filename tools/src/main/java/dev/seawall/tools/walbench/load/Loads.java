package dev.seawall.tools.walbench.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/// Puts a load on a log.
public final class Loads {

    private Loads() {}

    /// Runs for `warmUp` unmeasured and then for `time`.
    public static Measurement run(Engine engine, Load load, Duration warmUp, Duration time) throws Exception {
        return switch (load.kind()) {
            case VIRTUAL, PLATFORM -> new Committers(engine, load).run(warmUp, time);
            case WINDOW -> switch (engine.stream()) {
                case Stream.Futures<?> futures -> new Producer<>(engine, load, futures).run(warmUp, time);
                case Stream.Batches batches -> batches(engine, load, batches, warmUp, time);
            };
            case DISK -> throw new IllegalArgumentException("a log is not asked for " + load);
        };
    }

    private static Measurement batches(
            Engine engine, Load load, Stream.Batches stream, Duration warmUp, Duration time) throws Exception {
        long warm = System.nanoTime();
        do {
            stream.batch(load.count());
        } while (System.nanoTime() - warm < warmUp.toNanos());
        Histogram latency = Measurement.newHistogram();
        long logged = engine.logBytes();
        long begin = System.nanoTime();
        long end = begin;
        do {
            stream.batch(load.count());
            long now = System.nanoTime();
            latency.recordValueWithCount(Math.min(now - end, Measurement.LONGEST_NANOS), load.count());
            end = now;
        } while (end - begin < time.toNanos());
        logged = engine.logBytes() - logged;
        long count = latency.getTotalCount();
        return new Measurement(load, count, Duration.ofNanos(end - begin),
                engine.logBytes() < 0 ? count * load.bytes() : logged, latency);
    }
}
