package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How far the log is durable, how far somebody wants it to be, and who waits.
///
/// Waiters push themselves onto a stack; after each flush the flusher takes the whole stack and
/// wakes those who were waiting for what is durable now. No lock and no condition: waking a
/// thousand threads that then fight for a lock costs more than the disk.
final class FlushProgress {

    private static final VarHandle WANTED;
    private static final VarHandle STACK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WANTED = lookup.findVarHandle(FlushProgress.class, "wanted", long.class);
            STACK = lookup.findVarHandle(FlushProgress.class, "stack", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Somebody who waits: a parked thread, or a future.
    private static final class Waiter implements BooleanSupplier {
        final long lsn;
        final @Nullable Thread thread;
        final @Nullable CompletableFuture<Lsn> future;
        @Nullable Waiter next;
        volatile boolean isDone;

        Waiter(long lsn, @Nullable Thread thread, @Nullable CompletableFuture<Lsn> future) {
            this.lsn = lsn;
            this.thread = thread;
            this.future = future;
        }

        @Override
        public boolean getAsBoolean() {
            return isDone;
        }
    }

    private final World world;
    private volatile Runnable flusher = () -> {};

    private volatile long wanted;
    /// Every byte before it is durable.
    private volatile long durable;
    /// End of the last record that is durable whole; at most `durable`.
    private volatile long durableRecordEnd;
    private volatile @Nullable WalFailedException failure;
    private volatile @Nullable Waiter stack;

    /// Those taken from the stack whose LSN is not durable yet. Guarded by itself: a failure of
    /// another role empties it too.
    private final ArrayDeque<Waiter> pending = new ArrayDeque<>();
    /// Completes futures, so that no dependent of theirs runs in the flusher.
    private final FutureCompleter completer;

    FlushProgress(World world, Lsn durable, FutureCompleter completer) {
        this.world = world;
        this.wanted = durable.value();
        this.durable = durable.value();
        this.durableRecordEnd = durable.value();
        this.completer = completer;
    }

    /// Who is woken when something is wanted.
    void flusher(Runnable wake) {
        flusher = wake;
    }

    Lsn durableRecordEnd() {
        return new Lsn(durableRecordEnd);
    }

    long durable() {
        return durable;
    }

    boolean isWanted() {
        return wanted > durable && failure == null;
    }

    @Nullable WalFailedException failure() {
        return failure;
    }

    void throwIfFailed() {
        WalFailedException latched = failure;
        if (latched != null) {
            throw new WalFailedException(String.valueOf(latched.getMessage()), latched);
        }
    }

    /// Asks for a flush without waiting for it.
    void want(long lsn) {
        long seen = wanted;
        while (seen < lsn && !WANTED.compareAndSet(this, seen, lsn)) {
            seen = wanted;
        }
        // The flusher's wake-up reads its "asleep" flag after this volatile write; it sets the flag
        // before it looks at `wanted`. One of the two sees the other, so no wake-up is lost.
        flusher.run();
    }

    void wakeFlusher() {
        flusher.run();
    }

    /// Waits until every byte before `lsn` is durable. Not interruptible: a committer that stops
    /// waiting cannot know whether it committed.
    void await(long lsn) {
        if (durable >= lsn) {
            return;
        }
        throwIfFailed();
        Waiter waiter = new Waiter(lsn, Thread.currentThread(), null);
        push(waiter);
        want(lsn);
        wakeIfLate(waiter);
        world.park(waiter);
        if (durable < lsn) {
            throwIfFailed();
        }
    }

    /// Completes with `lsn` when every byte before it is durable, or with the failure.
    CompletableFuture<Lsn> future(long lsn) {
        if (durable >= lsn) {
            return CompletableFuture.completedFuture(new Lsn(lsn));
        }
        WalFailedException latched = failure;
        if (latched != null) {
            return CompletableFuture.failedFuture(latched);
        }
        CompletableFuture<Lsn> future = new CompletableFuture<>();
        Waiter waiter = new Waiter(lsn, null, future);
        push(waiter);
        want(lsn);
        wakeIfLate(waiter);
        return future;
    }

    private void push(Waiter waiter) {
        do {
            waiter.next = stack;
        } while (!STACK.compareAndSet(this, waiter.next, waiter));
    }

    /// A flush or a failure between the check and the push has not seen the waiter, and the next flush
    /// may be long in coming. Its own thread does it: nobody else knows of it, or of its future, yet.
    private void wakeIfLate(Waiter waiter) {
        boolean isDurable = durable >= waiter.lsn;
        WalFailedException latched = failure;
        if (!isDurable && latched == null) {
            return;
        }
        waiter.isDone = true;
        if (waiter.future != null && isDurable) {
            waiter.future.complete(new Lsn(waiter.lsn));
        } else if (waiter.future != null) {
            waiter.future.completeExceptionally(latched);
        }
    }

    /// Publishes what a flush made durable and wakes its waiters; the flusher's alone.
    void flushed(long newDurable, long newRecordEnd) {
        durableRecordEnd = newRecordEnd;
        durable = newDurable;
        synchronized (pending) {
            takeStack();
            int left = pending.size();
            while (left-- > 0) {
                Waiter waiter = pending.removeFirst();
                if (waiter.lsn <= newDurable) {
                    wake(waiter);
                } else {
                    pending.addLast(waiter);
                }
            }
        }
        completer.flush();
    }

    /// Moves the stack behind those who wait longer, oldest first.
    private void takeStack() {
        Waiter taken = (Waiter) STACK.getAndSet(this, (Waiter) null);
        Waiter reversed = null;
        while (taken != null) {
            Waiter next = taken.next;
            taken.next = reversed;
            reversed = taken;
            taken = next;
        }
        for (Waiter waiter = reversed; waiter != null; waiter = waiter.next) {
            pending.addLast(waiter);
        }
    }

    private void wake(Waiter waiter) {
        if (waiter.future != null) {
            completer.add(waiter.future, waiter.lsn, failure);
            return;
        }
        waiter.isDone = true;
        if (waiter.thread != null) {
            world.unpark(waiter.thread);
        }
    }

    /// Latches the first failure and tells everybody who waits. Final.
    void fail(WalFailedException cause) {
        synchronized (pending) {
            if (failure != null) {
                return;
            }
            failure = cause;
            takeStack();
            while (!pending.isEmpty()) {
                wake(pending.removeFirst());
            }
            completer.flush();
        }
    }
}
