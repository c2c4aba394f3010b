package dev.seawall.walwriter;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Completes commit futures in a thread of its own: what depends on them must not hold up the
/// flusher.
///
/// Futures are pushed onto a stack by whoever wants them; after each flush the completer takes it,
/// and completes, oldest first, what is durable now. The flusher only says that there was a flush.
final class FutureCompleter implements Role {

    private static final VarHandle STACK;

    static {
        try {
            STACK = MethodHandles.lookup().findVarHandle(FutureCompleter.class, "stack", FlushFuture.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable FlushFuture stack;
    /// There was a flush, or the failure, since the last look.
    private volatile boolean isDue;
    private volatile long durable;
    private volatile @Nullable WalFailedException failure;
    private volatile World.@Nullable Running running;

    // The completer's own: those not durable yet, oldest first.
    private @Nullable FlushFuture first;
    private @Nullable FlushFuture last;

    void running(World.Running started) {
        running = started;
    }

    void add(FlushFuture future) {
        FlushFuture seen;
        do {
            seen = stack;
            future.next = seen;
        } while (!STACK.compareAndSet(this, seen, future));
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
        return isDue && (stack != null || first != null);
    }

    @Override
    public void step() {
        isDue = false;
        long upTo = durable;
        WalFailedException latched = failure;
        takeStack();
        FlushFuture waiting = first;
        first = null;
        last = null;
        while (waiting != null) {
            FlushFuture next = waiting.next;
            waiting.next = null;
            if (waiting.lsn() <= upTo) {
                waiting.durable();
            } else if (latched != null) {
                waiting.completeExceptionally(latched);
            } else {
                append(waiting);
            }
            waiting = next;
        }
    }

    private void takeStack() {
        FlushFuture taken = (FlushFuture) STACK.getAndSet(this, (FlushFuture) null);
        FlushFuture reversed = null;
        FlushFuture newest = taken;
        while (taken != null) {
            FlushFuture next = taken.next;
            taken.next = reversed;
            reversed = taken;
            taken = next;
        }
        if (reversed == null) {
            return;
        }
        if (last == null) {
            first = reversed;
        } else {
            last.next = reversed;
        }
        last = newest;
    }

    private void append(FlushFuture future) {
        if (last == null) {
            first = future;
        } else {
            last.next = future;
        }
        last = future;
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
