package dev.seawall.checkpointer.process;

import dev.seawall.wal.role.World;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// When to try again what failed, and when to say so: the first time, and when it works again.
///
/// The pauses double up to a bound, with some chance in them, and never end.
final class Backoff {

    private static final Logger LOG = LoggerFactory.getLogger(Backoff.class);
    private static final long FIRST_NANOS = 20_000_000;
    private static final long LONGEST_NANOS = 1_000_000_000;

    private final World world;
    private final String what;
    private long pause = FIRST_NANOS;
    private volatile long due;
    private boolean isTold;

    /// @param what for people: `link to the walwriter`
    Backoff(World world, String what) {
        this.world = world;
        this.what = what;
        this.due = world.nanoTime();
    }

    boolean isDue() {
        return world.nanoTime() - due >= 0;
    }

    /// Until the next try, at least a moment.
    long nanosLeft() {
        return Math.max(1, due - world.nanoTime());
    }

    void failed(Exception cause) {
        if (!isTold) {
            LOG.warn("{} is down; trying until it is up: {}", what, cause.getMessage());
            isTold = true;
        }
        due = world.nanoTime() + pause / 2 + world.random().nextLong(pause / 2);
        pause = Math.min(2 * pause, LONGEST_NANOS);
    }

    void succeeded() {
        if (isTold) {
            LOG.info("{} is up again", what);
            isTold = false;
        }
        pause = FIRST_NANOS;
    }
}
