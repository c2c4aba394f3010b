package dev.seawall.wal.disk;

import static dev.seawall.wal.disk.DiskContract.read;
import static dev.seawall.wal.disk.DiskContract.write;

import dev.seawall.wal.disk.Disk.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// The same short life on many simulated disks, and all that may become of its one file.
final class DiskLives {

    static final Path CLUSTER = Path.of("/cluster");
    static final Path FILE = CLUSTER.resolve("f");
    static final int SEEDS = 200;

    private DiskLives() {}

    static SimulatedDisk disk(long seed) {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.makeDirectories(CLUSTER);
        return disk;
    }

    /// What becomes of a disk; all outcomes that seeds find are compared.
    interface Life {
        String live(SimulatedDisk disk) throws IOException;
    }

    static Set<String> outcomes(Life life) throws IOException {
        Set<String> outcomes = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            outcomes.add(life.live(disk(seed)));
        }
        return outcomes;
    }

    static DiskFile synced(SimulatedDisk disk, String content) throws IOException {
        DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
        write(file, content, 0);
        file.sync();
        disk.syncDirectory(CLUSTER);
        return file;
    }

    static String afterCrash(SimulatedDisk disk) throws IOException {
        disk.crash();
        disk.restart();
        return contentOf(disk);
    }

    static String contentOf(SimulatedDisk disk) throws IOException {
        if (!disk.exists(FILE)) {
            return "absent";
        }
        try (DiskFile file = disk.open(FILE, Set.of(Open.READ_ONLY))) {
            return read(file, 0, 100_000);
        }
    }
}
