package dev.seawall.walwriter;

import dev.seawall.wal.role.World;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Waits a moment before a flush for the virtual threads that committed just now: they mostly come again.
///
/// Without it committers fall apart into two crowds, each of which sees the other's flush go by before its
/// own, and a commit takes two flushes. So a flush waits for as many as the last one found and left, but at
/// most for half as long as flushes take; and where they don't come it soon stops asking, so that an
/// application that does something else between commits pays next to nothing.
///
/// Two crowds are better where a flush takes no longer than a crowd needs to come back: then the disk works for the
/// one while the processors work for the other. It depends on the disk, the processors and how many there are, so
/// it is found out ([BetterWay]). Not for platform threads: to wake them takes as long as the flush that this
/// would save.
final class Gathering {

    /// Longer flushes are a device in trouble, no measure.
    private static final long LIMIT_NANOS = 1_000_000;
    private static final int PATIENCE_MAX = 1024;

    private final World world;
    private final BetterWay way = new BetterWay();
    private final AtomicInteger standing = new AtomicInteger();
    private volatile int target = Integer.MAX_VALUE;
    private volatile @Nullable Thread gatherer;

    // Of whoever has the turn.
    private int expected;
    private long flushNanos;
    private int flushesToSkip;
    private int patience = 1;

    Gathering(World world) {
        this.world = world;
    }

    /// A virtual thread stands in line from now on.
    void joined() {
        if (standing.incrementAndGet() == target) {
            Thread waiting = gatherer;
            if (waiting != null) {
                world.unpark(waiting);
            }
        }
    }

    /// After a flush, before those whom it made durable are woken: they and who stands still are expected.
    ///
    /// @param count virtual threads
    void released(int count) {
        way.did(count, world.nanoTime());
        expected = count + standing.addAndGet(-count);
    }

    /// How long a flush took.
    void took(long nanos) {
        flushNanos += (nanos - flushNanos) / 8;
    }

    /// Before a flush.
    ///
    /// @param isOver ends it early
    void await(BooleanSupplier isOver) {
        if (areThere() || !way.isFirst()) {
            return;
        }
        if (flushesToSkip > 0) {
            flushesToSkip--;
            return;
        }
        gatherer = Thread.currentThread();
        target = expected;
        world.park(() -> areThere() || isOver.getAsBoolean(), Math.min(flushNanos / 2, LIMIT_NANOS));
        target = Integer.MAX_VALUE;
        gatherer = null;
        if (areThere()) {
            patience = 1;
        } else {
            flushesToSkip = patience;
            patience = Math.min(PATIENCE_MAX, 2 * patience);
        }
    }

    private boolean areThere() {
        return standing.get() >= expected;
    }
}
