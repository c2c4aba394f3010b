package dev.seawall.walwriter;

import dev.seawall.wal.PgTime;
import dev.seawall.wal.role.World;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The time that commits are stamped with: never backwards, so that a target time is one place in
/// the log.
///
/// Runs by the monotonic clock from where the wall clock stood. [#follow] compares the two now and
/// then: what drifted apart is followed slowly, so that a wall clock that somebody sets does not
/// carry commit times along with a jump.
final class CommitClock {

    private static final Logger LOG = LoggerFactory.getLogger(CommitClock.class);

    /// Beyond this the wall clock was set rather than disciplined.
    private static final long JUMP_MICROS = Duration.ofSeconds(1).toNanos() / 1_000;
    /// Of the time that has passed, this share may be corrected.
    private static final long SLEW_DIVISOR = 2;

    private final World world;

    // Guarded by InsertPosition's lock.
    private long last;

    /// Microseconds to add to the monotonic clock. Written by the one that follows.
    private volatile long offset;
    private long followedAt;
    private boolean isAlarmed;

    /// @param notBefore the last commit time in the log; PostgreSQL microseconds
    CommitClock(World world, long notBefore) {
        this.world = world;
        last = notBefore;
        offset = PgTime.of(world.now()) - monotonic();
        followedAt = monotonic();
    }

    /// The next commit's time; PostgreSQL microseconds. Under InsertPosition's lock.
    long stamp() {
        long now = monotonic() + offset;
        if (now > last) {
            last = now;
        }
        return last;
    }

    /// Moves towards the wall clock. One thread, every so often.
    void follow() {
        long monotonic = monotonic();
        long apart = PgTime.of(world.now()) - (monotonic + offset);
        long allowed = (monotonic - followedAt) / SLEW_DIVISOR;
        followedAt = monotonic;
        boolean isJump = Math.abs(apart) > JUMP_MICROS;
        if (isJump && !isAlarmed) {
            LOG.warn("the wall clock jumped against the monotonic clock; commit times follow it slowly apart={} us",
                    apart);
        }
        isAlarmed = isJump;
        offset += Math.max(-allowed, Math.min(allowed, apart));
    }

    private long monotonic() {
        return world.nanoTime() / 1000;
    }
}
