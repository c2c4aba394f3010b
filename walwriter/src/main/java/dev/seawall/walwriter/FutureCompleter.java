package dev.seawall.walwriter;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Completes commit futures in a thread of its own: what depends on them must not hold up the
/// flusher.
///
/// Futures stand in a [WaitLine]; after each flush the completer completes, oldest first, what is durable
/// now. The flusher only says that there was a flush.
final class FutureCompleter implements Role {

    private final WaitLine<FlushFuture> line = new WaitLine<>();
    /// There was a flush, or the failure, since the last look.
    private volatile boolean isDue;
    private volatile long durable;
    private volatile @Nullable WalFailedException failure;
    private volatile World.@Nullable Running running;

    void running(World.Running started) {
        running = started;
    }

    void add(FlushFuture future) {
        line.join(future);
    }

    /// There was a flush. Cheap: the flusher's.
    void flushed(long newDurable) {
        durable = newDurable;
        wakeIfAnyWaits();
    }

    void fail(WalFailedException cause) {
        failure = cause;
        wakeIfAnyWaits();
    }

    private void wakeIfAnyWaits() {
        isDue = true;
        World.Running started = running;
        if (started != null && hasWork()) {
            started.wake();
        }
    }

    @Override
    public String name() {
        return "wal-completer";
    }

    @Override
    public boolean hasWork() {
        return isDue && !line.isEmpty();
    }

    @Override
    public void step() {
        isDue = false;
        // Before the look at what is durable: who became so before the failure is not told of it.
        WalFailedException latched = failure;
        line.release(durable, FlushFuture::durable);
        if (latched != null) {
            line.release(Long.MAX_VALUE, future -> future.completeExceptionally(latched));
        }
    }

    @Override
    public Duration nap() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void failed(Throwable cause) {
        throw new AssertionError("completing a future cannot fail", cause);
    }
}
