package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How far the log is durable, how far somebody wants it to be, and who waits.
///
/// Committers stand in a [WaitLine]; after each flush whoever flushed wakes those who were waiting for what
/// is durable now. No lock and no condition: waking a thousand threads that then fight for a lock costs
/// more than the disk.
final class FlushProgress {

    private static final BooleanSupplier NO_WAIT = () -> true;
    private static final VarHandle WANTED;

    static {
        try {
            WANTED = MethodHandles.lookup().findVarHandle(FlushProgress.class, "wanted", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final World world;
    private volatile @Nullable FlushTurn turn;
    /// A platform thread's, used again and again: waiting allocates nothing. A virtual thread may be one
    /// of a million, and used for one commit.
    private final ThreadLocal<Committer> own = ThreadLocal.withInitial(Committer::new);

    /// By those who do not stand in line.
    private volatile long wanted;
    /// Every byte before it is durable.
    private volatile long durable;
    /// End of the last record that is durable whole; at most `durable`.
    private volatile long durableRecordEnd;
    private volatile @Nullable WalFailedException failure;

    private final WaitLine<Committer> line = new WaitLine<>();
    /// Whoever releases holds it: a failure of another role empties the line, too.
    private final Object releasing = new Object();
    private final FutureCompleter completer;
    private final Gathering gathering;

    FlushProgress(World world, Lsn durable, FutureCompleter completer) {
        this.world = world;
        this.wanted = durable.value();
        this.durable = durable.value();
        this.durableRecordEnd = durable.value();
        this.completer = completer;
        this.gathering = new Gathering(world);
    }

    /// Before a flush of the flusher's; see [Gathering].
    void gather() {
        gathering.await(() -> failure != null);
    }

    /// Who flushes when something is wanted.
    void turn(FlushTurn flushes) {
        turn = flushes;
    }

    Lsn durableRecordEnd() {
        return new Lsn(durableRecordEnd);
    }

    long durable() {
        return durable;
    }

    /// Whether somebody waits, or asked for more than is durable.
    boolean isWanted() {
        return (wanted > durable || !line.isEmpty()) && failure == null;
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
        wakeFlusher();
    }

    /// After a volatile write of what there is to flush: whoever has the turn gives it back, and the
    /// flusher says that it sleeps, before either looks at that. One of the two sees the other, so no
    /// wake-up is lost.
    void wakeFlusher() {
        FlushTurn flushes = turn;
        if (flushes != null) {
            flushes.wake();
        }
    }

    /// Waits until every byte before `lsn` is durable, or makes it so: a platform thread that finds no
    /// flush under way carries one, instead of waiting for two changes of threads. Not interruptible: a
    /// committer that stops waiting cannot know whether it committed.
    void await(long lsn) {
        if (durable >= lsn) {
            return;
        }
        throwIfFailed();
        boolean isVirtual = Thread.currentThread().isVirtual();
        FlushTurn flushes = turn;
        if (!isVirtual && flushes != null) {
            // Nothing to a thread; a simulated one lets others go first now and then, as if it had waited.
            world.park(NO_WAIT);
            flushes.carry();
            if (durable >= lsn) {
                return;
            }
            throwIfFailed();
        }
        park(lsn, isVirtual ? new Committer() : own.get());
        if (durable < lsn) {
            throwIfFailed();
        }
    }

    private void park(long lsn, Committer waiter) {
        waiter.lsn = lsn;
        waiter.isDone = false;
        line.join(waiter);
        if (waiter.isVirtual) {
            gathering.joined();
        }
        // To stand in line says what is wanted: no number that all would have to raise.
        wakeFlusher();
        if (durable >= lsn || failure != null) {
            // A flush or a failure between the look and the push has not seen the waiter, and the next
            // flush may be long in coming. It stands in the line still, so it is nobody's any more.
            waiter.isDone = true;
            own.remove();
        }
        world.park(waiter);
    }

    /// Completes with `lsn` when every byte before it is durable, or with the failure.
    CompletableFuture<Lsn> future(long lsn) {
        FlushFuture future = new FlushFuture(lsn);
        if (durable < lsn && failure == null) {
            completer.add(future);
            want(lsn);
        }
        // Here, or between the look and the line: then nobody else knows of the future yet, and the
        // completer may come late to it.
        WalFailedException latched = failure;
        if (durable >= lsn) {
            future.durable();
        } else if (latched != null) {
            future.completeExceptionally(latched);
        }
        return future;
    }

    /// Publishes what a flush made durable; of whoever has the turn.
    ///
    /// @param nanos that it took
    /// @return its waiters, who are to be woken, best after the turn was given back: that takes longer
    ///         than a flush where they are many
    Released flushed(long newDurable, long newRecordEnd, long nanos) {
        gathering.took(nanos);
        durableRecordEnd = newRecordEnd;
        durable = newDurable;
        completer.flushed(newDurable);
        return release(newDurable);
    }

    private Released release(long lsn) {
        synchronized (releasing) {
            Released released = new Released(world);
            line.release(lsn, released);
            gathering.released(released.virtualCount());
            return released;
        }
    }

    /// Latches the first failure and tells everybody who waits. Final.
    void fail(WalFailedException cause) {
        synchronized (releasing) {
            if (failure != null) {
                return;
            }
            failure = cause;
        }
        completer.fail(cause);
        release(Long.MAX_VALUE).wake();
    }
}
