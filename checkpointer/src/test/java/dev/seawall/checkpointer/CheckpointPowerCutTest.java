package dev.seawall.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.checkpointer.DisobedientDisk.Bug;
import dev.seawall.wal.disk.DiskCall.Operation;
import dev.seawall.wal.disk.Fault;
import java.io.IOException;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever is cut or fails wherever: redo from the state's redo point gives exactly what the log
/// says.
final class CheckpointPowerCutTest {

    private static final int ENTRIES = 40;
    private static final Set<Operation> FAILING = Set.of(Operation.WRITE, Operation.SYNC, Operation.SYNC_DATA,
            Operation.SYNC_DIRECTORY, Operation.START_WRITEBACK, Operation.RENAME, Operation.CREATE);

    @ParameterizedTest
    @EnumSource(Fault.Phase.class)
    void power_cut_at_any_disk_call_loses_nothing(Fault.Phase phase) throws IOException {
        long seed = 100 + phase.ordinal();
        long cuts = 0;
        for (long nth = 1; cutTwice(seed, phase, nth, Bug.NONE); nth++) {
            cuts = nth;
        }
        assertThat(cuts).as("disk calls of a life with seed %d", seed).isGreaterThan(60);
    }

    /// One life, cut at its nth call, and one after it, cut at a call by chance.
    private static boolean cutTwice(long seed, Fault.Phase phase, long nth, Bug bug) throws IOException {
        try {
            CheckpointedLife life = new CheckpointedLife(seed, bug);
            life.disk.cutPower(phase, nth);
            boolean isCut = life.runUntilPowerCut(ENTRIES);
            life.disk.cutPower(phase, 1 + new SplittableRandom(seed ^ nth).nextInt(150));
            life.runUntilPowerCut(ENTRIES);
            life.runUntilPowerCut(0);
            return isCut;
        } catch (AssertionError | IOException | RuntimeException e) {
            throw new AssertionError("seed " + seed + " power cut " + phase + " call " + nth, e);
        }
    }

    @Test
    void a_life_of_many_power_cuts_and_refusals_by_the_disk_loses_nothing() {
        for (long seed = 1; seed <= 200; seed++) {
            liveWith(seed, Bug.NONE);
        }
    }

    /// A life in which processes are cut off or fail, at calls by chance.
    private static void liveWith(long seed, Bug bug) {
        try {
            SplittableRandom random = new SplittableRandom(seed);
            CheckpointedLife life = new CheckpointedLife(seed, bug);
            for (int process = 0; process < 6; process++) {
                int nth = 1 + random.nextInt(200);
                int end = random.nextInt(6);
                life.isWriteBackFailing = end >= 4;
                if (end < 2) {
                    life.disk.cutPower(Fault.Phase.values()[random.nextInt(3)], nth);
                    life.runUntilPowerCut(ENTRIES);
                } else if (end >= 4) {
                    life.runUntilFailure(ENTRIES);
                } else {
                    life.disk.inject(new Fault.InputOutputError(), 1 + random.nextInt(100),
                            call -> FAILING.contains(call.operation()));
                    life.runUntilFailure(ENTRIES);
                }
            }
            life.isWriteBackFailing = false;
            life.runUntilPowerCut(0);
            life.run(0);
        } catch (AssertionError | IOException | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_planted_bug_is_caught_by_these_seeds(Bug bug) {
        int lives = 0;
        AssertionError caught = null;
        while (caught == null && lives < 150) {
            lives++;
            try {
                liveWith(lives, bug);
            } catch (AssertionError e) {
                caught = e;
            }
        }
        assertThat(caught).as("%s in %d lives", bug, lives).isNotNull();
    }
}
