package dev.seawall.recovery.logical;

import dev.seawall.sim.PowerCutTable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Logical decoding under power cuts, deaths of the process and errors of the disk, at each disk call.
final class LogicalPowerCutTest {

    private static final long SEED = 1;
    private static final int LIVES = Integer.getInteger("seawall.lives", 100);

    @Test
    void a_consumer_is_told_every_commit_in_order_and_no_other() throws Exception {
        LogicalPatient consumer = new LogicalPatient("logical consumer", 40);
        PowerCutTable.Outcome outcome = new PowerCutTable(List.of(consumer), LIVES / 4, UnaryOperator.identity())
                .run(SEED);

        System.out.println(outcome);
        outcome.assertKept();
    }
}
