package dev.seawall.sim;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/// One life of a [Patient]: the operation, the strike, the death of the machine or of the process,
/// starts that may be cut short in turn, and a second death behind the last of them.
final class CutLife {

    private static final int TRACE_CALLS = 60;
    private static final int CUT_STARTS_MAX = 3;

    private final SimulatedDisk disk;
    private final Disk used;
    private final Patient.Life life;
    private final SplittableRandom random;
    private final Deque<String> trace = new ArrayDeque<>();
    private boolean isStruck;

    CutLife(SimulatedDisk disk, UnaryOperator<Disk> planted, Patient.Life life, long seed) {
        this.disk = disk;
        this.used = planted.apply(disk);
        this.life = life;
        this.random = new SplittableRandom(seed ^ 0x5EA3A11L);
        disk.trace(this::remember);
    }

    private void remember(DiskCall call) {
        note(call.toString());
    }

    private void note(String what) {
        if (trace.size() == TRACE_CALLS) {
            trace.removeFirst();
        }
        trace.addLast(what);
    }

    Deque<String> trace() {
        return trace;
    }

    /// Whether the strike hit: the operation came to the nth call of its kind.
    boolean isStruck() {
        return isStruck;
    }

    void live(Strike strike, CallSite site, int nth) throws Exception {
        disk.strictDirectories(random.nextInt(4) == 0);
        disk.inject(strike.fault(), nth, call -> isHit(call, site));
        int before = hits;
        attempt(world -> life.operate(used, world), strike == Strike.ERROR || strike == Strike.WRITE_BACK_ERROR);
        isStruck = hits - before >= nth;
        die();
        for (int cut = 0; cut < CUT_STARTS_MAX && random.nextInt(3) == 0; cut++) {
            disk.cutPower(phase(), 1 + random.nextInt(1 << random.nextInt(7)));
            attempt(world -> life.recover(used, world), false);
            die();
        }
        recoverFully();
        die();
        recoverFully();
    }

    private void recoverFully() throws Exception {
        try (SimulatedWorld world = world()) {
            life.recover(used, world);
        }
    }

    private int hits;

    private boolean isHit(DiskCall call, CallSite site) {
        boolean isHit = CallSite.of(call).equals(site);
        hits += isHit ? 1 : 0;
        return isHit;
    }

    private Fault.Phase phase() {
        return Fault.Phase.values()[random.nextInt(Fault.Phase.values().length)];
    }

    private SimulatedWorld world() {
        return new SimulatedWorld(random.nextLong());
    }

    private interface Part {
        void run(SimulatedWorld world) throws Exception;
    }

    /// The product may make what it likes of the power's end or of an injected error; no promise was
    /// made by a call that threw.
    private void attempt(Part part, boolean isErrorExpected) throws Exception {
        try (SimulatedWorld world = world()) {
            part.run(world);
        } catch (PowerCut e) {
            note("-- " + e.getMessage());
        } catch (AssertionError e) {
            if (!disk.isDown()) {
                throw e;
            }
        } catch (Exception | Error e) {
            if (!disk.isDown() && !isErrorExpected) {
                throw e;
            }
            note("-- " + e);
        }
    }

    /// Two thirds power cuts, one third deaths of the process alone.
    private void die() {
        if (random.nextInt(3) > 0) {
            disk.crash();
            note("-- the power is cut");
        } else {
            disk.kill();
            note("-- the process is dead");
        }
        disk.restart();
    }
}
