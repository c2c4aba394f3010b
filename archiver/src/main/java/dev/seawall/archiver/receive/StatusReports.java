package dev.seawall.archiver.receive;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.time.Duration;

/// Reports by the clock how far receiving is: what came since is synced first, so that no more than an interval's
/// log is ever to be received again.
public final class StatusReports implements Role {

    private final LogReceiver receiver;
    private final World world;
    private final Duration interval;
    private volatile long next;

    public StatusReports(LogReceiver receiver, World world, Duration interval) {
        this.receiver = receiver;
        this.world = world;
        this.interval = interval;
        this.next = world.nanoTime() + interval.toNanos();
    }

    @Override
    public String name() {
        return "receive-status";
    }

    @Override
    public boolean hasWork() {
        return world.nanoTime() - next >= 0;
    }

    @Override
    public void step() throws IOException {
        if (hasWork()) {
            next = world.nanoTime() + interval.toNanos();
            receiver.report();
        }
    }

    @Override
    public Duration nap() {
        return Duration.ofNanos(Math.max(1, next - world.nanoTime()));
    }

    /// The disk failed: no log may be reported any more.
    @Override
    public void failed(Throwable cause) {
        receiver.close();
        receiver.failed(cause);
    }
}
