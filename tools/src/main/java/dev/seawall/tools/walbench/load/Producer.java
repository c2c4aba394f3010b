package dev.seawall.tools.walbench.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// A load of one thread that logs on while records are on their way, as many as the window has.
///
/// Records on their way are kept in a ring and looked after in order, for a log makes them durable in order. Looking
/// costs one read for each record; a callback for each would cost more than logging it. Latency is that of every 64th.
final class Producer<F> {

    private static final int SAMPLE = 64;

    private final Engine engine;
    private final Load load;
    private final Stream.Futures<F> stream;
    private final @Nullable Object[] ring;
    private final long[] began;
    private Histogram latency = Measurement.newHistogram();
    private long appended;
    private long durable;
    private int head;
    private int tail;

    Producer(Engine engine, Load load, Stream.Futures<F> stream) {
        this.engine = engine;
        this.load = load;
        this.stream = stream;
        this.ring = new Object[load.count()];
        this.began = new long[load.count() / SAMPLE + 2];
    }

    /// Runs for `warmUp` unmeasured and then for `time`, and waits for what is on its way.
    Measurement run(Duration warmUp, Duration time) throws Exception {
        long begin = produce(System.nanoTime(), warmUp);
        latency = Measurement.newHistogram();
        long first = durable;
        long logged = engine.logBytes();
        long end = produce(begin, time);
        long count = durable - first;
        logged = engine.logBytes() - logged;
        while (durable < appended) {
            stream.await(oldest());
            retire();
        }
        return new Measurement(load, count, Duration.ofNanos(end - begin),
                engine.logBytes() < 0 ? count * load.bytes() : logged, latency);
    }

    /// @return when it ended
    private long produce(long begin, Duration time) throws Exception {
        long now = begin;
        while (now - begin < time.toNanos()) {
            if (appended - durable == ring.length) {
                stream.await(oldest());
                retire();
            }
            while (durable < appended && stream.isDurable(oldest())) {
                retire();
            }
            if (appended % SAMPLE == 0) {
                now = System.nanoTime();
                began[(int) (appended / SAMPLE % began.length)] = now;
            }
            ring[head] = stream.append();
            head = head + 1 == ring.length ? 0 : head + 1;
            appended++;
        }
        return now;
    }

    @SuppressWarnings("unchecked")
    private F oldest() {
        return (F) java.util.Objects.requireNonNull(ring[tail]);
    }

    private void retire() {
        if (durable % SAMPLE == 0) {
            latency.recordValue(Math.min(Measurement.LONGEST_NANOS,
                    System.nanoTime() - began[(int) (durable / SAMPLE % began.length)]));
        }
        tail = tail + 1 == ring.length ? 0 : tail + 1;
        durable++;
    }
}
