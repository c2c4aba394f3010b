package dev.seawall.wal.disk;

import static dev.seawall.wal.disk.DiskContract.read;
import static dev.seawall.wal.disk.DiskContract.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskCall.Operation;
import dev.seawall.wal.disk.ForgetfulDisk.Forgotten;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A small program that is right on a [SimulatedDisk] goes wrong with each thing forgotten.
final class ForgetfulDiskTest {

    private static final Path DIRECTORY = Path.of("/d");
    private static final Path TEMPORARY = DIRECTORY.resolve("temporary");
    private static final Path FILE = DIRECTORY.resolve("f");
    private static final int SEEDS = 300;

    @ParameterizedTest
    // Zeroing means something only to what reads behind its end: the log.
    @EnumSource(names = "ZEROING", mode = EnumSource.Mode.EXCLUDE)
    void each_thing_forgotten_shows_within_a_few_hundred_seeds(Forgotten bug) throws IOException {
        int bad = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            disk.makeDirectories(DIRECTORY);
            assertThat(isRight(disk.copy(seed), disk.copy(seed), seed)).as("seed %d, nothing forgotten", seed).isTrue();
            SimulatedDisk second = disk.copy(seed);
            bad += isRight(second, new ForgetfulDisk(second, bug), seed) ? 0 : 1;
        }

        assertThat(bad).as("bad lives of %d", SEEDS).isPositive();
    }

    /// One life: writes a file so that it is there when it says so, and shows only what is.
    private static boolean isRight(SimulatedDisk given, Disk used, long seed) throws IOException {
        SimulatedDisk disk = used instanceof SimulatedDisk simulated ? simulated : given;
        switch ((int) (seed % 3)) {
            case 1 -> disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == Operation.SYNC);
            case 2 -> disk.inject(new Fault.WriteBackError(), 1, call -> call.operation() == Operation.WRITE);
            default -> { }
        }
        boolean isAcknowledged = true;
        try {
            writeDurably(used);
        } catch (IOException _) {
            isAcknowledged = false;
        }
        if (!isAcknowledged) {
            disk.kill();
            disk.restart();
            String shown = show(used);
            disk.crash();
            disk.restart();
            return shown.equals(show(used));
        }
        if (isLockBroken(used)) {
            return false;
        }
        disk.crash();
        disk.restart();
        return show(used).equals("f=new");
    }

    private static void writeDurably(Disk disk) throws IOException {
        try (DiskFile file = disk.open(TEMPORARY, Set.of(Open.CREATE_NEW))) {
            write(file, "new", 0);
            file.sync();
        }
        disk.rename(TEMPORARY, FILE);
        disk.syncDirectory(DIRECTORY);
    }

    private static boolean isLockBroken(Disk disk) throws IOException {
        try (DiskFile first = disk.open(FILE, Set.of()); DiskFile second = disk.open(FILE, Set.of())) {
            return first.tryLock() && second.tryLock();
        }
    }

    /// What a start after a crash may show: synced, and read from the device.
    private static String show(Disk disk) throws IOException {
        disk.syncDirectory(DIRECTORY);
        StringBuilder shown = new StringBuilder();
        for (String name : disk.list(DIRECTORY)) {
            try (DiskFile file = disk.open(DIRECTORY.resolve(name), Set.of())) {
                file.sync();
                file.dropCache();
                shown.append(name).append('=').append(read(file, 0, 10));
            }
        }
        return shown.toString();
    }
}
