package dev.seawall.walwriter.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.sim.PowerCutTable;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.ForgetfulDisk;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// A standby's receiver, restartpoints and promotion under power cuts, deaths of the process and errors of the
/// disk, at each of their disk calls.
final class StandbyPowerCutTest {

    private static final long SEED = 1;
    private static final int LIVES = Integer.getInteger("seawall.lives", 25);

    @Test
    void a_standby_has_what_it_acknowledged_and_nothing_that_its_primary_has_not() throws Exception {
        PowerCutTable.Outcome outcome =
                new PowerCutTable(List.of(new StandbyPatient()), LIVES, UnaryOperator.identity()).run(SEED);

        System.out.println(outcome);
        outcome.assertKept();
    }

    @Test
    void what_makes_received_log_durable_is_needed() throws Exception {
        UnaryOperator<Disk> planted = disk -> new ForgetfulDisk(disk, ForgetfulDisk.Forgotten.SYNC,
                path -> path.toString().contains("pg_wal/0"));

        PowerCutTable.Outcome outcome =
                new PowerCutTable(List.of(new StandbyPatient()), LIVES, planted).runUntilBroken(SEED);

        assertThat(outcome.isBroken()).as("%s", outcome).isTrue();
    }
}
