package dev.seawall.wal.role;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The machine's own clocks, randomness and threads.
public final class SystemWorld implements World {

    /// Fewer are not worth a thread.
    private static final int UNPARKED_TOGETHER = 4;

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    @Override
    public RandomGenerator secrets() {
        return Secrets.RANDOM;
    }

    /// Made when it is needed first: it takes long, and a start needs none.
    private static final class Secrets {
        static final SecureRandom RANDOM = new SecureRandom();
    }

    @Override
    public boolean park(BooleanSupplier until, long nanos) {
        if (until.getAsBoolean()) {
            return true;
        }
        boolean isInterrupted = false;
        long deadline = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
        try {
            while (!until.getAsBoolean()) {
                if (nanos == Long.MAX_VALUE) {
                    LockSupport.park(until);
                } else {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        return until.getAsBoolean();
                    }
                    LockSupport.parkNanos(until, left);
                }
                // Kept for the caller: a committer that stops waiting cannot know its outcome, and
                // a parked thread that is interrupted would otherwise spin here.
                isInterrupted |= Thread.interrupted();
            }
            return true;
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    /// Many virtual threads are unparked by one more: a carrier puts them into its own queue, while anybody
    /// else goes through the scheduler's door and wakes a sleeping carrier, again and again.
    @Override
    public void unparkAll(Supplier<@Nullable Thread> sleepers, int count) {
        for (Thread thread = sleepers.get(); thread != null; thread = sleepers.get()) {
            if (count >= UNPARKED_TOGETHER && thread.isVirtual()) {
                Thread first = thread;
                Thread.startVirtualThread(() -> unparkEach(first, sleepers));
                return;
            }
            LockSupport.unpark(thread);
        }
    }

    private static void unparkEach(Thread first, Supplier<@Nullable Thread> others) {
        for (Thread thread = first; thread != null; thread = others.get()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public Running start(Role role) {
        return RoleThread.start(role, this);
    }
}
