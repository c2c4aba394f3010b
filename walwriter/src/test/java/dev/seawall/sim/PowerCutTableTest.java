package dev.seawall.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.ForgetfulDisk.Forgotten;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The table itself, with a toy of a log as its patient: a counter's values, one behind the other,
/// each acknowledged when durable, in files of ten that are made under a temporary name.
final class PowerCutTableTest {

    private static final Path DIRECTORY = Path.of("/counter");
    private static final int PER_FILE = 10;

    @Test
    void a_log_that_keeps_its_promises_passes() throws Exception {
        PowerCutTable.Outcome outcome = new PowerCutTable(List.of(new Counter()), 300, UnaryOperator.identity()).run(1);

        outcome.assertKept();
        assertThat(outcome.cells()).hasSize(Strike.values().length)
                .allSatisfy(cell -> assertThat(cell.struck()).isGreaterThan(250));
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCK", "ZEROING"}, mode = EnumSource.Mode.EXCLUDE)
    void each_planted_bug_is_caught(Forgotten bug) throws Exception {
        PowerCutTable.Outcome outcome = new PowerCutTable(List.of(new Counter()), 300,
                disk -> new ForgetfulDisk(disk, bug)).run(1);

        assertThat(outcome.isBroken()).as(outcome.toString()).isTrue();
    }

    @Test
    void a_failure_can_be_seen_again() throws Exception {
        Counter counter = new Counter();
        PowerCutTable table = new PowerCutTable(List.of(counter), 300,
                disk -> new ForgetfulDisk(disk, Forgotten.SYNC));
        PowerCutTable.Cell bad = table.run(7).cells().stream().filter(cell -> cell.failure() != null)
                .findFirst().orElseThrow();

        AssertionError again = null;
        try {
            table.replay(counter, bad.strike(), 7, bad.lives() - 1);
        } catch (AssertionError e) {
            again = e;
        }
        assertThat(again).hasMessage(bad.failure().getMessage());
    }

    private static final class Counter implements Patient {

        @Override
        public String name() {
            return "counter";
        }

        @Override
        public SimulatedDisk image(long seed) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            disk.makeDirectories(DIRECTORY);
            return disk;
        }

        @Override
        public Life life(long seed) {
            return new CounterLife();
        }
    }

    private static final class CounterLife implements Patient.Life {

        private int promised;

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws IOException {
            int next = count(disk);
            for (int end = next + 35; next < end; next++) {
                Path path = DIRECTORY.resolve("" + next / PER_FILE);
                if (next % PER_FILE == 0) {
                    create(disk, path);
                }
                try (DiskFile file = disk.open(path, Set.of())) {
                    file.write(ByteBuffer.allocate(512).putInt(0, next + 1), next % PER_FILE * 512L);
                    file.syncData();
                }
                promised = next + 1;
            }
        }

        private static void create(Disk disk, Path path) throws IOException {
            Path temporary = DIRECTORY.resolve("temporary");
            try (DiskFile file = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
                file.truncate(0);
                file.write(ByteBuffer.allocate(PER_FILE * 512), 0);
                file.sync();
            }
            disk.rename(temporary, path);
            disk.syncDirectory(DIRECTORY);
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws IOException {
            int there = count(disk);
            if (there < promised) {
                throw new AssertionError("promised " + promised + ", there are " + there);
            }
            promised = there;
        }

        /// What is durable, made so and read past what may lie.
        private static int count(Disk disk) throws IOException {
            disk.syncDirectory(DIRECTORY);
            for (int count = 0;; count++) {
                Path path = DIRECTORY.resolve("" + count / PER_FILE);
                if (!disk.exists(path)) {
                    return count;
                }
                try (DiskFile file = disk.open(path, Set.of())) {
                    file.sync();
                    file.dropCache();
                    ByteBuffer value = ByteBuffer.allocate(4);
                    file.read(value, count % PER_FILE * 512L);
                    if (value.getInt(0) != count + 1) {
                        return count;
                    }
                }
            }
        }
    }
}
