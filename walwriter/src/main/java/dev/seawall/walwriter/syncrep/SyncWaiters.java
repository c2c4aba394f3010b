package dev.seawall.walwriter.syncrep;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.SyncCommits.Level;
import dev.seawall.walwriter.cluster.SyncCommits.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Who waits for standbys, by what they wait for.
///
/// Whoever waits pushes itself onto a stack, without a lock; whoever has news of a standby takes the stack,
/// sorts it into queues, and wakes those who are served. All but [#add] and [#isReleased] under the lock of
/// [SyncRep].
final class SyncWaiters {

    /// Somebody who waits: a parked thread, or a future.
    static final class Waiter implements BooleanSupplier {
        final Lsn lsn;
        final Level level;
        final long sinceNanos;
        final @Nullable Thread thread;
        final @Nullable CompletableFuture<Lsn> future;
        @Nullable Waiter next;
        volatile @Nullable Outcome outcome;

        Waiter(Lsn lsn, Level level, long sinceNanos, @Nullable Thread thread,
                @Nullable CompletableFuture<Lsn> future) {
            this.lsn = lsn;
            this.level = level;
            this.sinceNanos = sinceNanos;
            this.thread = thread;
            this.future = future;
        }

        @Override
        public boolean getAsBoolean() {
            return outcome != null;
        }
    }

    private final World world;
    private final AtomicReference<@Nullable Waiter> stack = new AtomicReference<>();
    /// Of each level, what was reached; only forward.
    private final AtomicLongArray released = new AtomicLongArray(Level.values().length);
    private final Map<Level, PriorityQueue<Waiter>> queues = new EnumMap<>(Level.class);

    SyncWaiters(World world) {
        this.world = world;
        for (Level level : Level.values()) {
            queues.put(level, new PriorityQueue<>(Comparator.comparing((Waiter waiter) -> waiter.lsn)));
        }
    }

    boolean isReleased(Lsn lsn, Level level) {
        return Long.compareUnsigned(released.get(level.ordinal()), lsn.value()) >= 0;
    }

    /// The caller looks once more whether it must wait: what came between has not seen this one.
    void add(Waiter waiter) {
        do {
            waiter.next = stack.get();
        } while (!stack.compareAndSet(waiter.next, waiter));
    }

    /// Wakes the threads that wait at most for this.
    ///
    /// @return futures to be completed, by somebody who may wait
    List<Waiter> release(Level level, Lsn reached) {
        released.accumulateAndGet(level.ordinal(), reached.value(), (a, b) -> Long.compareUnsigned(a, b) < 0 ? b : a);
        sort();
        List<Waiter> futures = new ArrayList<>();
        PriorityQueue<Waiter> queue = queues.get(level);
        for (Waiter first = queue.peek(); first != null && reached.isAtLeast(first.lsn); first = queue.peek()) {
            queue.remove();
            finish(first, Outcome.REACHED, futures);
        }
        return futures;
    }

    /// Wakes all, whatever they wait for.
    List<Waiter> releaseAll(Outcome outcome) {
        sort();
        List<Waiter> futures = new ArrayList<>();
        for (PriorityQueue<Waiter> queue : queues.values()) {
            queue.forEach(waiter -> finish(waiter, outcome, futures));
            queue.clear();
        }
        return futures;
    }

    private void finish(Waiter waiter, Outcome outcome, List<Waiter> futures) {
        waiter.outcome = outcome;
        if (waiter.future != null) {
            futures.add(waiter);
        } else if (waiter.thread != null) {
            world.unpark(waiter.thread);
        }
    }

    /// It waits no longer.
    void remove(Waiter waiter) {
        sort();
        queues.get(waiter.level).remove(waiter);
    }

    /// Moves those on the stack to the queues, but for those that were served meanwhile.
    private void sort() {
        for (Waiter taken = stack.getAndSet(null); taken != null; taken = taken.next) {
            if (taken.outcome == null) {
                queues.get(taken.level).add(taken);
            }
        }
    }

    List<Waiter> all() {
        sort();
        return queues.values().stream().<Waiter>flatMap(PriorityQueue::stream).toList();
    }
}
