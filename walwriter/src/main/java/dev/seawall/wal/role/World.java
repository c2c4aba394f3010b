package dev.seawall.wal.role;

import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Time, chance and waiting: all that makes one run differ from another.
///
/// In the simulator one thread does everything: there [#park] runs other roles' steps until the
/// condition holds, and [#unpark] does nothing.
public interface World {

    /// Wall clock. May jump; see `CommitClock`.
    Instant now();

    /// Monotonic, nanoseconds from an arbitrary origin.
    long nanoTime();

    RandomGenerator random();

    /// Chance that nobody can foretell: salts, nonces, keys. In the simulator it repeats like all else.
    default RandomGenerator secrets() {
        return random();
    }

    /// Waits until `until` holds or `nanos` have passed, whichever is first. Not interruptible: an
    /// interrupt is kept for the caller. Whoever makes the condition true must unpark this thread
    /// afterwards; spurious wake-ups are handled here.
    ///
    /// @return whether the condition holds
    boolean park(BooleanSupplier until, long nanos);

    /// Waits without a limit.
    default void park(BooleanSupplier until) {
        while (!park(until, Long.MAX_VALUE)) {
            // A limit of 292 years was reached.
        }
    }

    void unpark(Thread thread);

    /// Unparks whomever `sleepers` gives, until it gives null: perhaps in another thread, and after this has
    /// returned.
    ///
    /// @param count of them
    default void unparkAll(Supplier<@Nullable Thread> sleepers, int count) {
        for (Thread thread = sleepers.get(); thread != null; thread = sleepers.get()) {
            unpark(thread);
        }
    }

    /// Starts a role: in a thread of its own, or in the simulator's turn. The caller closes it.
    Running start(Role role);

    /// A role that was started.
    interface Running extends AutoCloseable {

        /// Makes it look for work now.
        void wake();

        /// What ended the role, or null.
        @Nullable Throwable failure();

        /// Lets the step under way finish and ends the role.
        @Override
        void close();
    }
}
