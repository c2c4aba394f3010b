package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;

/// Notices that the server is silent: after half the timeout it is asked for a sign of life, after all of it the
/// stream is cut off.
///
/// A role of its own, since who receives waits in the kernel and cannot look at the clock.
final class StreamWatch implements Role {

    private final World world;
    private final long timeoutNanos;
    private final Runnable ask;
    private final Runnable cutOff;
    private volatile long heard;
    private volatile boolean isAsked;
    private volatile boolean isDone;

    StreamWatch(World world, Duration timeout, Runnable ask, Runnable cutOff) {
        this.world = world;
        this.timeoutNanos = timeout.toNanos();
        this.ask = ask;
        this.cutOff = cutOff;
        this.heard = world.nanoTime();
    }

    /// The server has said something.
    void heard() {
        heard = world.nanoTime();
        isAsked = false;
    }

    private long nanosLeft() {
        return (isAsked ? timeoutNanos : timeoutNanos / 2) - (world.nanoTime() - heard);
    }

    @Override
    public String name() {
        return "wal-receiver-watch";
    }

    @Override
    public boolean hasWork() {
        return !isDone && nanosLeft() <= 0;
    }

    @Override
    public void step() {
        if (!hasWork()) {
            return;
        }
        if (isAsked) {
            isDone = true;
            cutOff.run();
        } else {
            isAsked = true;
            ask.run();
        }
    }

    @Override
    public Duration nap() {
        return isDone ? Duration.ofNanos(timeoutNanos) : Duration.ofNanos(Math.max(1, nanosLeft()));
    }

    @Override
    public void failed(Throwable cause) {
        cutOff.run();
    }
}
