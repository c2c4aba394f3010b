package dev.seawall.sim;

import dev.seawall.wal.disk.PowerCut;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lets several stacks run one at a time: a turn is handed from one to the next.
///
/// Every participant but the maker is a virtual thread; all fields are touched only by who has the
/// turn, and the handing over orders them.
final class Turns {

    /// Turns that one wait of the maker's may take: more is a role that says it has work and does none.
    private static final int TURNS_MAX = 1_000_000;
    /// Real time in which who has the turn may do nothing: more is one blocked on a lock that a
    /// parked one holds.
    private static final long STUCK_NANOS = 30_000_000_000L;

    /// Thrown by every wait once the world is over, so that stacks unwind.
    static final class Over extends Error {

        private static final long serialVersionUID = 1L;

        Over() {
            super("the simulated world is over");
        }
    }

    /// One stack, and what it waits for while it has not the turn.
    static final class Participant {
        private final String name;
        private Thread thread;
        private BooleanSupplier until = () -> true;
        private long deadline = Long.MAX_VALUE;
        private boolean isEnded;

        private Participant(String name, Thread thread) {
            this.name = name;
            this.thread = thread;
        }

        boolean canGoOn() {
            return until.getAsBoolean();
        }

        long deadline() {
            return deadline;
        }

        boolean isEnded() {
            return isEnded;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Function<List<Participant>, Participant> choice;
    private final Participant maker = new Participant("maker", Thread.currentThread());
    private final List<Participant> alive = new ArrayList<>(List.of(maker));
    private volatile Participant current = maker;
    /// Choices made so far; those since the maker began its wait are bounded.
    private volatile int turns;
    private int turnsAtWait;
    private boolean isOver;
    private @Nullable Throwable forMaker;

    Turns(Function<List<Participant>, Participant> choice) {
        this.choice = choice;
    }

    /// Another stack, which gets its first turn some time.
    Participant add(String name, Runnable body) {
        Participant added = new Participant(name, maker.thread);
        added.thread = Thread.ofVirtual().name(name).unstarted(() -> run(added, body));
        alive.add(added);
        added.thread.start();
        return added;
    }

    private void run(Participant me, Runnable body) {
        awaitTurn(me);
        try {
            if (!isOver) {
                body.run();
            }
        } catch (Over e) {
            // As it should be.
        } catch (Throwable t) {
            forMaker = t;
        }
        me.isEnded = true;
        alive.remove(me);
        handOver(next());
    }

    /// Waits for a turn, which comes when `until` holds or the deadline has passed.
    void await(BooleanSupplier until, long deadline) {
        Participant me = current;
        if (me == maker) {
            maker.thread = Thread.currentThread();
            turnsAtWait = turns;
        } else if (me.thread != Thread.currentThread()) {
            throw new AssertionError(Thread.currentThread() + " is none of the simulated world's threads");
        }
        me.until = until;
        me.deadline = deadline;
        Participant next = next();
        if (next != me) {
            handOver(next);
            awaitTurn(me);
        }
        throwIfOver();
    }

    /// Throws, in the maker, what ended another; in the others, that all is over.
    void throwIfOver() {
        if (current != maker) {
            if (isOver) {
                throw new Over();
            }
            return;
        }
        switch (forMaker) {
            case null -> { }
            case PowerCut cut -> throw cut;
            case Error error -> throw error;
            case Throwable other -> throw new AssertionError("a simulated thread failed", other);
        }
    }

    boolean isOver() {
        return isOver || forMaker != null;
    }

    private Participant next() {
        if (isOver || forMaker != null) {
            return maker;
        }
        try {
            turns++;
            if (turns - turnsAtWait > TURNS_MAX) {
                throw new AssertionError("no progress in " + TURNS_MAX + " turns of " + alive);
            }
            return choice.apply(alive);
        } catch (Throwable t) {
            forMaker = t;
            return maker;
        }
    }

    private void handOver(Participant next) {
        current = next;
        LockSupport.unpark(next.thread);
    }

    private void awaitTurn(Participant me) {
        int seen = turns;
        long since = System.nanoTime();
        while (current != me) {
            LockSupport.parkNanos(this, STUCK_NANOS / 4);
            if (seen != turns) {
                seen = turns;
                since = System.nanoTime();
            } else if (me == maker && System.nanoTime() - since > STUCK_NANOS) {
                throw stuck();
            }
        }
    }

    private AssertionError stuck() {
        Participant holder = current;
        AssertionError error = new AssertionError(holder + " has had the turn for "
                + STUCK_NANOS / 1_000_000_000 + " s; does it wait for a lock that a parked one of "
                + alive + " holds?");
        error.setStackTrace(holder.thread.getStackTrace());
        return error;
    }

    /// Ends all others where they stand, one by one.
    void end() {
        isOver = true;
        for (Participant each : List.copyOf(alive)) {
            if (each != maker) {
                handOver(each);
                awaitTurn(maker);
            }
        }
    }
}
