package dev.seawall.tools.systemd;

import dev.seawall.tools.daemon.Supervisor;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A world that sees whether the loops of its roles turn, and feeds the supervisor's watchdog.
///
/// A tick says: since the last one every loop has come round. It is told by the loop that came last,
/// in its own thread, so that no timer vouches for roles that hang: one that does not come round any
/// more, in a call to a disk that is gone or waiting for what never comes, leaves the watchdog unfed.
/// A role that waits with a limit, as redo does for room in memory, comes round with each such wait.
public final class WatchedWorld implements World {

    private static final ScopedValue<Loop> CURRENT = ScopedValue.newInstance();

    private final World world;
    private final Supervisor supervisor;
    private final long intervalNanos;
    private final Set<Loop> loops = ConcurrentHashMap.newKeySet();
    private final ReentrantLock telling = new ReentrantLock();
    private volatile long lastTick;

    private WatchedWorld(World world, Supervisor supervisor, Duration interval) {
        this.world = world;
        this.supervisor = supervisor;
        this.intervalNanos = interval.toNanos();
        this.lastTick = world.nanoTime();
    }

    /// The same world, watched if the supervisor wants to be told.
    public static World of(World world, Supervisor supervisor) {
        Optional<Duration> interval = supervisor.watchdogInterval();
        return interval.isEmpty() ? world : new WatchedWorld(world, supervisor, interval.get());
    }

    @Override
    public Running start(Role role) {
        Loop loop = new Loop(role);
        loops.add(loop);
        return new Watched(loop, world.start(loop));
    }

    @Override
    public boolean park(BooleanSupplier until, long nanos) {
        if (nanos == Long.MAX_VALUE || !CURRENT.isBound()) {
            return world.park(until, nanos);
        }
        Loop loop = CURRENT.get();
        long most = intervalNanos / 2;
        long left = nanos;
        boolean holds;
        do {
            holds = world.park(until, Math.min(left, most));
            left -= most;
            loop.cameRound();
        } while (!holds && left > 0);
        return holds;
    }

    @Override
    public Instant now() {
        return world.now();
    }

    @Override
    public long nanoTime() {
        return world.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return world.random();
    }

    @Override
    public void unpark(Thread thread) {
        world.unpark(thread);
    }

    private void tellWhenAllCameRound() {
        // Who does not get the lock is not needed: another tells just now.
        if (!telling.tryLock()) {
            return;
        }
        try {
            long now = world.nanoTime();
            if (now - lastTick < intervalNanos || !loops.stream().allMatch(loop -> loop.hasComeRound)) {
                return;
            }
            loops.forEach(loop -> loop.hasComeRound = false);
            lastTick = now;
        } finally {
            telling.unlock();
        }
        supervisor.watchdogTick();
    }

    /// A role, and whether it has come round since the last tick.
    private final class Loop implements Role {

        private final Role role;
        private volatile boolean hasComeRound;

        Loop(Role role) {
            this.role = role;
        }

        void cameRound() {
            // Read first: the flusher comes here a hundred thousand times a second.
            if (!hasComeRound) {
                hasComeRound = true;
            }
            if (world.nanoTime() - lastTick >= intervalNanos) {
                tellWhenAllCameRound();
            }
        }

        @Override
        public String name() {
            return role.name();
        }

        @Override
        public boolean hasWork() {
            return role.hasWork();
        }

        @Override
        public void step() throws Exception {
            ScopedValue.where(CURRENT, this).call(() -> {
                role.step();
                return true;
            });
            cameRound();
        }

        /// Twice in an interval at least, work or not: between two ticks every loop must be able to
        /// come round, and the last one's tick must still be in time.
        @Override
        public Duration nap() {
            Duration nap = role.nap();
            Duration most = Duration.ofNanos(intervalNanos / 2);
            return nap.compareTo(most) < 0 ? nap : most;
        }

        /// A role that failed and is not closed never comes round again: whoever should have ended the
        /// process and hangs is ended.
        @Override
        public void failed(Throwable cause) {
            role.failed(cause);
        }
    }

    private final class Watched implements Running {

        private final Loop loop;
        private final Running running;

        Watched(Loop loop, Running running) {
            this.loop = loop;
            this.running = running;
        }

        @Override
        public void wake() {
            running.wake();
        }

        @Override
        public @Nullable Throwable failure() {
            return running.failure();
        }

        @Override
        public void close() {
            loops.remove(loop);
            running.close();
        }
    }
}
