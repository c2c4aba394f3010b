package dev.seawall.wal.role;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// The machine's own clocks, randomness and threads.
public final class SystemWorld implements World {

    private static final SecureRandom SECRETS = new SecureRandom();
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
        return SECRETS;
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
    public void unparkAll(Thread[] threads, int count) {
        Thread[] virtual = null;
        int virtualCount = 0;
        for (int i = 0; i < count; i++) {
            if (count < UNPARKED_TOGETHER || !threads[i].isVirtual()) {
                unpark(threads[i]);
            } else {
                virtual = virtual == null ? new Thread[count - i] : virtual;
                virtual[virtualCount++] = threads[i];
            }
        }
        if (virtual != null) {
            Thread[] rest = virtual;
            int restCount = virtualCount;
            Thread.startVirtualThread(() -> unparkEach(rest, restCount));
        }
    }

    private static void unparkEach(Thread[] threads, int count) {
        for (int i = 0; i < count; i++) {
            LockSupport.unpark(threads[i]);
        }
    }

    @Override
    public Running start(Role role) {
        return RoleThread.start(role, this);
    }
}
