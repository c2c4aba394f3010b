package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.embedded.RecoveryPatient.Begin;
import dev.seawall.sim.Patient;
import dev.seawall.sim.PowerCutTable;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.ForgetfulDisk.Forgotten;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Restore, recovery to a point and promotion, cut short at each of their disk calls.
final class RecoveryPowerCutTest {

    private static final long SEED = 1;
    /// The whole cluster's table (SystemPowerCutTest) strikes restore and promotion 200 times a cell.
    private static final int LIVES = Integer.getInteger("seawall.lives", 60);

    private static final Patient RESTORE = new RecoveryPatient("restore, recover, promote", Begin.NOTHING);
    private static final Patient RECOVERY = new RecoveryPatient("recover to a point", Begin.RESTORED);
    private static final Patient PROMOTION = new RecoveryPatient("promotion", Begin.RECOVERED);

    @Test
    void the_copy_ends_with_exactly_what_was_asked_for() throws Exception {
        PowerCutTable.Outcome outcome = new PowerCutTable(
                List.of(RESTORE, RECOVERY, PROMOTION), LIVES, UnaryOperator.identity()).run(SEED);

        System.out.println(outcome);
        outcome.assertKept();
    }

    @Test
    void a_new_timeline_that_is_not_synced_is_caught() throws Exception {
        UnaryOperator<Disk> planted =
                disk -> new ForgetfulDisk(disk, Forgotten.SYNC, RecoveryPowerCutTest::isNewTimeline);
        assertThat(new PowerCutTable(List.of(PROMOTION), LIVES, planted).run(SEED).isBroken()).isTrue();
    }

    private static boolean isNewTimeline(Path path) {
        return path.startsWith("/copy/pg_wal");
    }
}
