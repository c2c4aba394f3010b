package dev.seawall.wal.disk;

import java.nio.file.Path;

final class SimulatedDiskTest implements DiskContract {

    private final SimulatedDisk disk = new SimulatedDisk(1);

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public Path directory() {
        Path directory = Path.of("/cluster");
        disk.makeDirectories(directory);
        return directory;
    }
}
