package dev.seawall.sim;

import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All roles and their clients in one thread, with virtual clocks and seeded chance.
///
/// Whoever parks gives the others their turn: a random role that has work, or whose nap is over,
/// does one step, until the condition holds; when there is nothing to do, time jumps to the nearest
/// nap's end or limit, and if there is none either, nobody could ever make the condition true: an
/// [AssertionError] says who was waiting. Roles run on the parked one's stack, so a role that is
/// on it already does not get a turn.
///
/// A role's failure is told to it as by its own thread; a [PowerCut] goes through everything to the
/// top. Time also passes a little with each step and each look at a clock.
public final class SimulatedWorld implements World {

    /// Steps that one wait may take: more is a role that says it has work and does none.
    private static final int STEPS_MAX = 1_000_000;
    private static final int STEP_NANOS_MAX = 20_000;
    private static final int LOOK_NANOS_MAX = 200;
    /// How often a role gets a turn though the parked one need not wait at all.
    private static final int EARLY_TURN_ONE_IN = 8;

    private final RandomGenerator random;
    private final List<SimulatedRole> roles = new ArrayList<>();
    private Instant epoch = Instant.parse("2026-01-01T00:00:00Z");
    private long clock;

    public SimulatedWorld(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public Instant now() {
        look();
        return epoch.plusNanos(clock);
    }

    @Override
    public long nanoTime() {
        look();
        return clock;
    }

    private void look() {
        clock += random.nextInt(LOOK_NANOS_MAX);
    }

    /// Steps the wall clock, also backwards; the monotonic one goes on.
    public void stepWallClock(Duration by) {
        epoch = epoch.plus(by);
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    /// Gives all roles their turns for so much virtual time.
    public void letPass(Duration time) {
        park(() -> false, time.toNanos());
    }

    /// Gives roles their turns until none has work.
    public void settle() {
        park(() -> roles.stream().noneMatch(SimulatedRole::hasWork), Long.MAX_VALUE);
    }

    @Override
    public boolean park(BooleanSupplier until, long nanos) {
        long deadline = nanos >= Long.MAX_VALUE - clock ? Long.MAX_VALUE : clock + nanos;
        if (random.nextInt(EARLY_TURN_ONE_IN) == 0) {
            takeTurn();
        }
        for (int steps = 0; !until.getAsBoolean(); steps++) {
            if (clock >= deadline) {
                return false;
            }
            if (steps > STEPS_MAX) {
                throw new AssertionError("no progress after " + steps + " steps: " + roles);
            }
            if (!takeTurn()) {
                sleepUntil(deadline);
            }
        }
        return true;
    }

    /// Lets one role do a step; false if none can.
    private boolean takeTurn() {
        List<SimulatedRole> ready = new ArrayList<>(roles.size());
        for (SimulatedRole role : roles) {
            if (role.isReady()) {
                ready.add(role);
            }
        }
        if (ready.isEmpty()) {
            return false;
        }
        clock += random.nextInt(STEP_NANOS_MAX);
        ready.get(random.nextInt(ready.size())).step();
        return true;
    }

    private void sleepUntil(long deadline) {
        long next = deadline;
        for (SimulatedRole role : roles) {
            if (role.isIdle()) {
                next = Math.min(next, role.napEnd);
            }
        }
        if (next == Long.MAX_VALUE) {
            throw new AssertionError("deadlock: a wait without limit, and no role can ever work: " + roles);
        }
        clock = Math.max(clock, next);
    }

    @Override
    public void unpark(Thread thread) {
        // Who is parked looks at its condition after every step.
    }

    @Override
    public Running start(Role role) {
        SimulatedRole started = new SimulatedRole(role);
        roles.add(started);
        return started;
    }

    private final class SimulatedRole implements Running {

        private final Role role;
        private long napEnd = clock;
        private boolean isOnStack;
        private boolean isEnded;
        private @Nullable Throwable failure;

        SimulatedRole(Role role) {
            this.role = role;
        }

        boolean isIdle() {
            return !isOnStack && !isEnded;
        }

        boolean hasWork() {
            return isIdle() && role.hasWork();
        }

        boolean isReady() {
            return isIdle() && (clock >= napEnd || role.hasWork());
        }

        void step() {
            isOnStack = true;
            try {
                role.step();
            } catch (PowerCut e) {
                throw e;
            } catch (Throwable t) {
                failure = t;
                isEnded = true;
                role.failed(t);
            } finally {
                isOnStack = false;
            }
            long nap = role.nap().toNanos();
            napEnd = nap >= Long.MAX_VALUE - clock ? Long.MAX_VALUE : clock + nap;
        }

        @Override
        public void wake() {
            // Whoever parks asks hasWork() of everyone anyway.
        }

        @Override
        public @Nullable Throwable failure() {
            return failure;
        }

        @Override
        public void close() {
            isEnded = true;
            roles.remove(this);
        }

        @Override
        public String toString() {
            return role.name() + (isOnStack ? " (waiting itself)" : isEnded ? " (ended)" : "");
        }
    }
}
