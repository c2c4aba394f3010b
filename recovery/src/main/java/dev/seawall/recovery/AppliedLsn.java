package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// How far something has come in the log, and who waits for it to come further.
///
/// One thread moves it, any thread reads it and waits. Every resource manager needs one.
public final class AppliedLsn {

    private final World world;
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    private volatile Lsn applied;
    private volatile @Nullable Throwable failure;
    private volatile Runnable onAwait = () -> {};

    public AppliedLsn(World world, Lsn applied) {
        this.world = world;
        this.applied = applied;
    }

    public Lsn get() {
        return applied;
    }

    public boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /// Calls back, in the waiting thread, when it has entered the queue.
    public void onAwait(Runnable listener) {
        onAwait = listener;
    }

    /// Moves forward, never back, and wakes who waited for it.
    public void advance(Lsn to) {
        if (to.isAfter(applied)) {
            applied = to;
            wakeAll();
        }
    }

    /// Nothing further will be applied: whoever waits in vain is told.
    public void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        wakeAll();
    }

    /// Waits until [#get] has reached `lsn`. Not interruptible.
    ///
    /// @throws RedoFailedException if it never will
    public void await(Lsn lsn) throws IOException {
        if (applied.isAtLeast(lsn)) {
            return;
        }
        Thread self = Thread.currentThread();
        waiting.add(self);
        try {
            onAwait.run();
            // In the queue before the condition is looked at, or the wake-up could be missed.
            world.park(() -> applied.isAtLeast(lsn) || failure != null);
        } finally {
            waiting.remove(self);
        }
        Throwable cause = failure;
        if (cause != null && !applied.isAtLeast(lsn)) {
            throw new RedoFailedException("redo has failed; applied up to " + applied + " only, not " + lsn, cause);
        }
    }

    private void wakeAll() {
        for (Thread thread : waiting) {
            world.unpark(thread);
        }
    }
}
