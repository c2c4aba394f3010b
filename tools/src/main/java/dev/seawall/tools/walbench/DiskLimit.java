package dev.seawall.tools.walbench;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.HdrHistogram.Histogram;

/// What the disk itself can do: 4 KiB made durable again and again, one after the other, in blocks
/// that were written before, as the log does it.
final class DiskLimit {

    private static final int BLOCK = 4096;
    private static final int FILE_BLOCKS = 4096;
    private static final int FILL_BYTES = 1 << 20;

    private final Disk disk;
    private final Path directory;

    DiskLimit(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /// O_DIRECT with O_DSYNC.
    Measurement direct(Duration time) throws IOException {
        return measure("disk: 4 KiB O_DIRECT|O_DSYNC", EnumSet.of(Disk.Open.DIRECT, Disk.Open.DATA_SYNC), time);
    }

    /// A buffered write and fdatasync.
    Measurement buffered(Duration time) throws IOException {
        return measure("disk: 4 KiB and fdatasync", Set.of(), time);
    }

    private Measurement measure(String load, Set<Disk.Open> how, Duration time) throws IOException {
        Path path = directory.resolve("walbench.disk-limit");
        fill(path);
        Histogram latency = new Histogram(60_000_000_000L, 2);
        long begin = System.nanoTime();
        long end = begin;
        try (DiskFile file = disk.open(path, how); OffHeap memory = OffHeap.allocate(BLOCK)) {
            for (long n = 0; end - begin < time.toNanos(); n++) {
                long started = end;
                file.write(memory.view(0, BLOCK), n % FILE_BLOCKS * BLOCK);
                if (!how.contains(Disk.Open.DATA_SYNC)) {
                    file.syncData();
                }
                end = System.nanoTime();
                latency.recordValue(end - started);
            }
        } finally {
            disk.delete(path);
        }
        return new Measurement(load, latency, Duration.ofNanos(end - begin), latency.getTotalCount() * BLOCK);
    }

    private void fill(Path path) throws IOException {
        try (DiskFile file = disk.open(path, Set.of(Disk.Open.CREATE)); OffHeap zeros = OffHeap.allocate(FILL_BYTES)) {
            for (long at = 0; at < (long) FILE_BLOCKS * BLOCK; at += FILL_BYTES) {
                file.write(zeros.view(0, FILL_BYTES), at);
            }
            file.sync();
            disk.syncDirectory(directory);
        }
    }
}
