package dev.seawall.recovery.redo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Random histories, checkpoints and crashes of the redoing process against the model.
final class RedoHistoryTest {

    private static final int SEEDS = 300;

    @Test
    void whatever_happens_the_ledger_holds_what_committed_once() throws IOException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                live(seed);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void live(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        RandomHistory history = new RandomHistory(random.split());
        SimulatedDisk disk = new SimulatedDisk(seed);
        Lsn redoPoint = new Lsn(history.log.layout().segmentBytes());
        HeldLimits limits = random.nextBoolean() ? HeldLimits.DEFAULT : new HeldLimits(2_000, 8_000);
        RedoRig rig = new RedoRig(history.log, disk, redoPoint, limits, StopRule.NONE);
        // How far all state is durable by an earlier checkpoint whose redo point is still to be asked for.
        Lsn durable = redoPoint;
        for (int i = 0; i < 400; i++) {
            history.next();
            try {
                switch (random.nextInt(40)) {
                    case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> rig.redo.step();
                    case 10 -> redoPoint = rig.checkpoint();
                    case 11 -> {
                        Lsn position = rig.redo.progress().position();
                        durable = Lsn.min(position, rig.managers.checkpoint(position));
                    }
                    case 12 -> redoPoint = Lsn.max(redoPoint, rig.redo.redoPoint(durable));
                    case 13 -> disk.cutPower(Fault.Phase.values()[random.nextInt(3)], 1 + random.nextInt(12));
                    default -> { }
                }
            } catch (PowerCut _) {
                disk.crash();
                disk.restart();
                rig = new RedoRig(history.log, disk, redoPoint, limits, StopRule.NONE);
                durable = redoPoint;
            }
        }
        disk.clearFaults();
        history.finish();
        assertThat(rig.balances()).isEqualTo(history.expected());
        // Again from the last redo point, with the state of the last checkpoint: nothing is redone twice.
        disk.kill();
        disk.restart();
        RedoRig again = new RedoRig(history.log, disk, redoPoint, limits, StopRule.NONE);
        assertThat(again.balances()).isEqualTo(history.expected());
        assertThat(again.redo.oldestUnfinished()).isEqualTo(Lsn.MAX);
    }
}
