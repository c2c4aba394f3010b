package dev.seawall.walwriter.basebackup;

import dev.seawall.wal.role.World;

/// Bytes a second, kept by waiting: `MAX_RATE`.
///
/// It never makes up for time that the client let pass: after a wait of its own it begins anew.
final class Pace {

    private static final long SECOND_NANOS = 1_000_000_000;
    /// No wait is longer, so that whoever waits can look up.
    private static final long WAIT_NANOS_MAX = 100_000_000;

    private final World world;
    private final long bytesPerSecond;
    private final Runnable interrupts;
    /// When all that has been sent so far may have been sent.
    private long dueNanos;

    /// @param bytesPerSecond 0: no limit
    /// @param interrupts     throws if the wait is to end
    Pace(World world, long bytesPerSecond, Runnable interrupts) {
        this.world = world;
        this.bytesPerSecond = bytesPerSecond;
        this.interrupts = interrupts;
        this.dueNanos = world.nanoTime();
    }

    /// So much has been sent: waits until more may be.
    void sent(int bytes) {
        interrupts.run();
        if (bytesPerSecond == 0) {
            return;
        }
        long now = world.nanoTime();
        dueNanos = Math.max(dueNanos, now - WAIT_NANOS_MAX) + bytes * SECOND_NANOS / bytesPerSecond;
        for (long wait = dueNanos - now; wait > 0; wait = dueNanos - world.nanoTime()) {
            world.park(() -> false, Math.min(wait, WAIT_NANOS_MAX));
            interrupts.run();
        }
    }
}
