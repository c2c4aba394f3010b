package dev.seawall.sim;

import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All roles and clients one at a time, with virtual clocks and seeded chance: a run repeats from
/// its seed.
///
/// Each role has a stack of its own, but only who has the turn runs. Whoever parks gives it away: to
/// a random one whose condition holds or whose time is up. When there is none, time jumps to the
/// nearest limit or nap's end; if there is none either, nobody could ever go on: an
/// [AssertionError] says who was waiting. Time also passes a little with each turn and each look at
/// a clock.
///
/// A role's failure is told to it as by its own thread. A [PowerCut], and any [AssertionError],
/// goes to the one who made the world: from its park, now and ever after. That one closes the
/// world, which ends all others where they stand.
public final class SimulatedWorld implements World, AutoCloseable {

    private static final int TURN_NANOS_MAX = 20_000;
    private static final int LOOK_NANOS_MAX = 200;
    /// How often one who need not wait lets others go first all the same.
    private static final int YIELD_ONE_IN = 8;

    private final RandomGenerator random;
    private final Turns turns;
    private final List<SimulatedRole> roles = new ArrayList<>();
    private Instant epoch = Instant.parse("2026-01-01T00:00:00Z");
    private long clock;

    public SimulatedWorld(long seed) {
        random = new SplittableRandom(seed);
        turns = new Turns(this::choose);
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

    /// Gives all others their turns for so much virtual time.
    public void letPass(Duration time) {
        park(() -> false, time.toNanos());
    }

    /// Gives roles their turns until none has work.
    public void settle() {
        park(() -> roles.stream().noneMatch(SimulatedRole::isBusy), Long.MAX_VALUE);
    }

    @Override
    public boolean park(BooleanSupplier until, long nanos) {
        turns.throwIfOver();
        if (random.nextInt(YIELD_ONE_IN) > 0 && until.getAsBoolean()) {
            return true;
        }
        long deadline = nanos >= Long.MAX_VALUE - clock ? Long.MAX_VALUE : clock + nanos;
        turns.await(until, deadline);
        return until.getAsBoolean();
    }

    /// Whose turn is next, when all wait.
    private Turns.Participant choose(List<Turns.Participant> waiting) {
        clock += random.nextInt(TURN_NANOS_MAX);
        List<Turns.Participant> ready = ready(waiting);
        if (ready.isEmpty()) {
            long next = Long.MAX_VALUE;
            for (Turns.Participant each : waiting) {
                next = Math.min(next, each.deadline());
            }
            if (next == Long.MAX_VALUE) {
                throw new AssertionError("deadlock: all wait without limit: " + waiting);
            }
            clock = Math.max(clock, next);
            ready = ready(waiting);
        }
        return ready.get(random.nextInt(ready.size()));
    }

    private List<Turns.Participant> ready(List<Turns.Participant> waiting) {
        List<Turns.Participant> ready = new ArrayList<>(waiting.size());
        for (Turns.Participant each : waiting) {
            if (clock >= each.deadline() || each.canGoOn()) {
                ready.add(each);
            }
        }
        return ready;
    }

    @Override
    public void unpark(Thread thread) {
        // Whoever parks has all conditions looked at.
    }

    @Override
    public Running start(Role role) {
        SimulatedRole started = new SimulatedRole(role);
        roles.add(started);
        started.participant = turns.add(role.name(), started::run);
        return started;
    }

    /// A client beside the one who made the world: runs once, in turns. What it throws goes to the
    /// world's maker.
    ///
    /// @return tells whether it has come to its end
    public BooleanSupplier client(String name, Callable<?> body) {
        boolean[] isDone = {false};
        turns.add(name, () -> {
            try {
                body.call();
            } catch (Exception e) {
                throw new AssertionError("client " + name + " failed", e);
            }
            isDone[0] = true;
        });
        return () -> isDone[0];
    }

    /// Ends all others where they stand.
    @Override
    public void close() {
        turns.end();
    }

    private final class SimulatedRole implements Running {

        private final Role role;
        private boolean isStepping;
        private boolean isStopping;
        private Turns.@Nullable Participant participant;
        private @Nullable Throwable failure;

        SimulatedRole(Role role) {
            this.role = role;
        }

        boolean isBusy() {
            return isStepping || isRunning() && role.hasWork();
        }

        private boolean isRunning() {
            Turns.Participant own = participant;
            return own != null && !own.isEnded();
        }

        private void run() {
            try {
                while (!isStopping) {
                    park(() -> isStopping || role.hasWork(), role.nap().toNanos());
                    if (!isStopping) {
                        isStepping = true;
                        role.step();
                        isStepping = false;
                    }
                }
            } catch (PowerCut | AssertionError | Turns.Over e) {
                throw e;
            } catch (Throwable t) {
                isStepping = false;
                failure = t;
                role.failed(t);
            }
        }

        @Override
        public void wake() {
            // Whoever parks has all conditions looked at.
        }

        @Override
        public @Nullable Throwable failure() {
            return failure;
        }

        @Override
        public void close() {
            isStopping = true;
            if (!turns.isOver()) {
                park(() -> !isRunning(), Long.MAX_VALUE);
            }
            roles.remove(this);
        }
    }
}
