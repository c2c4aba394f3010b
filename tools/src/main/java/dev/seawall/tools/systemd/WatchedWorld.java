package dev.seawall.tools.systemd;

import dev.seawall.tools.daemon.Supervisor;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A world that sees whether the loops of its roles turn, and feeds the supervisor's watchdog.
///
/// A tick says: since the last one every loop has come round. It is told by the loop that came last,
/// in its own thread, so that no timer vouches for roles that hang: one that does not come round any
/// more, in a call to a disk that is gone or waiting for what never comes, leaves the watchdog unfed.
/// A role that waits with a limit, as redo does for room in memory, comes round with each such wait.
/// Under a supervisor that has no watchdog nothing is told, and nothing else is different.
public final class WatchedWorld implements World {

    /// A loop that has to come round.
    public final class Pulse {

        private volatile boolean hasComeRound;

        private Pulse() {}

        /// It has come round; to be told twice in the supervisor's interval at least.
        public void beat() {
            // Read first: the flusher comes here a hundred thousand times a second.
            if (!hasComeRound) {
                hasComeRound = true;
            }
            if (world.nanoTime() - lastTick >= intervalNanos) {
                tellWhenAllCameRound();
            }
        }
    }

    private static final ScopedValue<Pulse> CURRENT = ScopedValue.newInstance();

    private final World world;
    private final Supervisor supervisor;
    private final long intervalNanos;
    private final Set<Pulse> pulses = ConcurrentHashMap.newKeySet();
    private final ReentrantLock telling = new ReentrantLock();
    private volatile long lastTick;

    public WatchedWorld(World world, Supervisor supervisor) {
        this.world = world;
        this.supervisor = supervisor;
        this.intervalNanos = supervisor.watchdogInterval().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        this.lastTick = world.nanoTime();
    }

    /// Watches a loop that is no role, such as a main's, until the process ends.
    public Pulse watch() {
        Pulse pulse = new Pulse();
        pulses.add(pulse);
        return pulse;
    }

    @Override
    public Running start(Role role) {
        Pulse pulse = watch();
        return new Watched(pulse, world.start(new Beating(role, pulse)));
    }

    @Override
    public boolean park(BooleanSupplier until, long nanos) {
        if (nanos == Long.MAX_VALUE || !CURRENT.isBound()) {
            return world.park(until, nanos);
        }
        Pulse pulse = CURRENT.get();
        long most = intervalNanos / 2;
        long left = nanos;
        boolean holds;
        do {
            holds = world.park(until, Math.min(left, most));
            left -= most;
            pulse.beat();
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

    @Override
    public void unparkAll(Supplier<@Nullable Thread> sleepers, int count) {
        world.unparkAll(sleepers, count);
    }

    private void tellWhenAllCameRound() {
        // Who does not get the lock is not needed: another tells just now.
        if (!telling.tryLock()) {
            return;
        }
        try {
            long now = world.nanoTime();
            if (now - lastTick < intervalNanos || !pulses.stream().allMatch(pulse -> pulse.hasComeRound)) {
                return;
            }
            pulses.forEach(pulse -> pulse.hasComeRound = false);
            lastTick = now;
        } finally {
            telling.unlock();
        }
        supervisor.watchdogTick();
    }

    /// A role whose loop is watched.
    private final class Beating implements Role {

        private final Role role;
        private final Pulse pulse;

        Beating(Role role, Pulse pulse) {
            this.role = role;
            this.pulse = pulse;
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
            ScopedValue.where(CURRENT, pulse).call(() -> {
                role.step();
                return true;
            });
            pulse.beat();
        }

        /// Twice in an interval at least, work or not: between two ticks every loop must be able to
        /// come round, and the last one's tick must still be in time.
        @Override
        public Duration nap() {
            Duration nap = role.nap();
            Duration most = Duration.ofNanos(intervalNanos / 2);
            return nap.compareTo(most) < 0 ? nap : most;
        }

        /// A role that failed and is not closed never comes round again: a process that should end
        /// because of it, and hangs, is ended.
        @Override
        public void failed(Throwable cause) {
            role.failed(cause);
        }
    }

    /// A running role that is not watched any more once it is told to end.
    private final class Watched implements Running {

        private final Pulse pulse;
        private final Running running;

        Watched(Pulse pulse, Running running) {
            this.pulse = pulse;
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
            pulses.remove(pulse);
            running.close();
        }
    }
}
