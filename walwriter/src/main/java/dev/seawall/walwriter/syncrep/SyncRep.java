package dev.seawall.walwriter.syncrep;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CommitWait;
import dev.seawall.walwriter.NotReplicatedException;
import dev.seawall.walwriter.cluster.SyncCommits;
import dev.seawall.walwriter.syncrep.Standings.Place;
import dev.seawall.walwriter.syncrep.SyncWaiters.Waiter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Synchronous replication: commits wait, after they are durable here, until as many of the named standbys
/// have them as `synchronous_standby_names` says.
///
/// While nobody is named this costs a look at a field. Thread-safe.
public final class SyncRep implements SyncCommits, CommitWait, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SyncRep.class);

    private final World world;
    private final Executor threads;
    private final BooleanSupplier isPrimary;
    private final Supplier<List<Standby>> standbys;
    private final SyncWaiters waiters;
    /// Changed under the lock.
    private volatile StandbyNames names = StandbyNames.NONE;
    /// What a commit waits for that does not say; null: for nobody.
    private volatile @Nullable Level usualLevel;
    private volatile boolean isClosed;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock, for the messages about changes.
    private Set<Integer> lastSynchronous = Set.of();
    private boolean wasMissing;

    /// @param threads   runs each task in a thread of its own
    /// @param isPrimary not while the log follows another's: its standbys count for nobody then
    /// @param standbys  who streams, in the order in which they came; asked at every [#update]
    public SyncRep(World world, Executor threads, BooleanSupplier isPrimary, Supplier<List<Standby>> standbys) {
        this.world = world;
        this.threads = threads;
        this.isPrimary = isPrimary;
        this.standbys = standbys;
        this.waiters = new SyncWaiters(world);
    }

    /// Commits wait for these from now on, and those that wait already, too.
    ///
    /// @param usual what a commit waits for that does not say; null: for nobody
    public void configure(StandbyNames changed, @Nullable Level usual) {
        usualLevel = usual;
        lock.lock();
        try {
            boolean isChanged = !changed.equals(names);
            names = changed;
            wasMissing &= !isChanged;
        } finally {
            lock.unlock();
        }
        if (changed.isEmpty()) {
            finish(() -> waiters.releaseAll(Outcome.REACHED));
        } else {
            update();
        }
    }

    /// A standby has come, gone, caught up, or told how far it is.
    public void update() {
        if (names.isEmpty() || !isPrimary.getAsBoolean()) {
            return;
        }
        finish(() -> {
            Standings now = standings();
            tell(now);
            List<Waiter> futures = new ArrayList<>();
            for (Level level : Level.values()) {
                Lsn reached = now.reached(level);
                if (reached.isValid()) {
                    futures.addAll(waiters.release(level, reached));
                }
            }
            return futures;
        });
    }

    private Standings standings() {
        return isPrimary.getAsBoolean() ? Standings.of(names, standbys.get())
                : Standings.of(StandbyNames.NONE, standbys.get());
    }

    /// Futures are completed without the lock, and in a thread of their own: what depends on them may wait.
    private void finish(Supplier<List<Waiter>> release) {
        List<Waiter> futures;
        lock.lock();
        try {
            futures = release.get();
        } finally {
            lock.unlock();
        }
        if (!futures.isEmpty()) {
            threads.execute(() -> futures.forEach(SyncRep::complete));
        }
    }

    private static void complete(Waiter waiter) {
        CompletableFuture<Lsn> future = waiter.future;
        if (future == null) {
            throw new AssertionError("a parked thread has no future");
        }
        if (waiter.outcome == Outcome.REACHED) {
            future.complete(waiter.lsn);
        } else {
            future.completeExceptionally(new NotReplicatedException());
        }
    }

    private void tell(Standings now) {
        Set<Integer> synchronous = new HashSet<>();
        for (Place place : now.places()) {
            if (now.synchronous().contains(place.standby())) {
                synchronous.add(place.standby().pid());
                if (!lastSynchronous.contains(place.standby().pid())) {
                    LOG.info("a standby is synchronous now name={} pid={} sync_state={} priority={}",
                            place.standby().applicationName(), place.standby().pid(),
                            place.state().name().toLowerCase(Locale.ROOT), place.priority());
                }
            }
        }
        lastSynchronous = synchronous;
        boolean isMissing = now.missing() > 0;
        if (isMissing && !wasMissing) {
            LOG.warn("too few synchronous standbys: commits wait until they are there, or synchronous_standby_names"
                    + " says otherwise missing={} absent={}", now.missing(), now.absent());
        } else if (!isMissing && wasMissing) {
            LOG.info("there are enough synchronous standbys again");
        }
        wasMissing = isMissing;
    }

    @Override
    public boolean isWanted() {
        return !names.isEmpty();
    }

    @Override
    public Outcome await(Lsn commit, Level level, BooleanSupplier isStopped) {
        if (names.isEmpty() || waiters.isReleased(commit, level)) {
            return Outcome.REACHED;
        }
        Waiter waiter = new Waiter(commit, level, world.nanoTime(), Thread.currentThread(), null);
        add(waiter);
        world.park(() -> waiter.getAsBoolean() || isStopped.getAsBoolean());
        Outcome outcome = waiter.outcome;
        if (outcome != null) {
            return outcome;
        }
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
        return Outcome.STOPPED;
    }

    /// A change between the look and the push has not seen the waiter, and the next may be long in coming.
    private void add(Waiter waiter) {
        waiters.add(waiter);
        if (isClosed) {
            waiter.outcome = Outcome.ENDED;
        } else if (names.isEmpty() || waiters.isReleased(waiter.lsn, waiter.level)) {
            waiter.outcome = Outcome.REACHED;
        }
    }

    // Commits that come from no session.

    @Override
    public void await(Lsn commit) {
        Level level = usualLevel;
        if (level != null && await(commit, level, () -> false) == Outcome.ENDED) {
            throw new NotReplicatedException();
        }
    }

    @Override
    public CompletableFuture<Lsn> future(Lsn commit) {
        Level level = usualLevel;
        if (level == null || names.isEmpty() || waiters.isReleased(commit, level)) {
            return CompletableFuture.completedFuture(commit);
        }
        CompletableFuture<Lsn> future = new CompletableFuture<>();
        Waiter waiter = new Waiter(commit, level, world.nanoTime(), null, future);
        add(waiter);
        if (waiter.outcome != null) {
            complete(waiter);
        }
        return future;
    }

    @Override
    public Status status() {
        lock.lock();
        try {
            Standings now = standings();
            List<Waiter> waiting = waiters.all();
            long nanos = world.nanoTime();
            return new Status(names.text(), waiting.size(),
                    waiting.stream().map(waiter -> world.now().minusNanos(nanos - waiter.sinceNanos))
                            .min(Comparator.naturalOrder()).orElse(null),
                    waiting.stream().map(waiter -> waiter.lsn).min(Lsn::compareTo).orElse(Lsn.INVALID),
                    now.synchronous().stream().map(Standby::applicationName).toList(), now.missing(),
                    now.missing() > 0 ? now.absent() : List.of());
        } finally {
            lock.unlock();
        }
    }

    /// What a standby is, for pg_stat_replication.
    public record SyncState(int priority, String state) {

        public static final SyncState ASYNC = new SyncState(0, "async");
    }

    public SyncState stateOf(int pid) {
        return standings().places().stream().filter(place -> place.standby().pid() == pid)
                .map(place -> new SyncState(place.priority(), place.state().name().toLowerCase(Locale.ROOT)))
                .findFirst().orElse(SyncState.ASYNC);
    }

    /// Wakes all who wait, and lets nobody wait any more: the server ends.
    @Override
    public void close() {
        isClosed = true;
        finish(() -> waiters.releaseAll(Outcome.ENDED));
    }
}
