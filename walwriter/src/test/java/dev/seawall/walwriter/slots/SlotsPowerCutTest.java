package dev.seawall.walwriter.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.sim.PowerCutTable;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.ForgetfulDisk.Forgotten;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Slots under power cuts, deaths of the process and errors of the disk, at each of their disk calls.
final class SlotsPowerCutTest {

    private static final long SEED = 1;
    private static final int LIVES = Integer.getInteger("seawall.lives", 100);
    private static final SlotsPatient SLOTS = new SlotsPatient("slots", 25, SlotLimit.NONE);
    private static final SlotsPatient LIMITED = new SlotsPatient("limited slots", 25,
            new SlotLimit(1 << 20, 0, 4 << 20));

    @Test
    void a_slot_is_neither_forgotten_nor_without_its_log() throws Exception {
        PowerCutTable.Outcome outcome = new PowerCutTable(List.of(SLOTS, LIMITED), LIVES / 2,
                UnaryOperator.identity()).run(SEED);

        System.out.println(outcome);
        outcome.assertKept();
    }

    @ParameterizedTest
    @EnumSource(value = Forgotten.class, names = {"SYNC", "DIRECTORY_SYNC"})
    void what_makes_slots_durable_is_needed(Forgotten forgotten) throws Exception {
        UnaryOperator<Disk> planted = disk -> new ForgetfulDisk(disk, forgotten,
                path -> path.toString().contains("pg_replslot"));
        PowerCutTable.Outcome outcome = new PowerCutTable(List.of(SLOTS), LIVES, planted).runUntilBroken(SEED);

        assertThat(outcome.isBroken()).as(forgotten + " survives" + System.lineSeparator() + outcome).isTrue();
    }
}
