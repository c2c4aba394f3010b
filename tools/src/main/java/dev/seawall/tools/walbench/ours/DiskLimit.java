package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.HdrHistogram.Histogram;

/// What the disk itself can do: bytes made durable again and again, one write after the other, in blocks
/// that were written before, as the log does it.
public final class DiskLimit {

    private static final int SMALL = 4096;
    private static final int LARGE = 2 << 20;
    private static final int FILE_BYTES = 16 << 20;

    private final Disk disk;
    private final Path directory;

    public DiskLimit(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /// 4 KiB with O_DIRECT and O_DSYNC.
    public Measurement direct(Duration warmUp, Duration time) throws IOException {
        return measure(EnumSet.of(Disk.Open.DIRECT, Disk.Open.DATA_SYNC), SMALL, warmUp, time);
    }

    /// 4 KiB by a buffered write and fdatasync.
    public Measurement buffered(Duration warmUp, Duration time) throws IOException {
        return measure(Set.of(), SMALL, warmUp, time);
    }

    /// 2 MiB with O_DIRECT and O_DSYNC: the most bytes a second that are durable one after the other.
    public Measurement bandwidth(Duration warmUp, Duration time) throws IOException {
        return measure(EnumSet.of(Disk.Open.DIRECT, Disk.Open.DATA_SYNC), LARGE, warmUp, time);
    }

    private Measurement measure(Set<Disk.Open> how, int bytes, Duration warmUp, Duration time) throws IOException {
        Path path = directory.resolve("walbench.disk-limit");
        fill(path);
        try (DiskFile file = disk.open(path, how); OffHeap memory = OffHeap.allocate(bytes)) {
            boolean isSynced = !how.contains(Disk.Open.DATA_SYNC);
            repeat(file, memory, bytes, isSynced, warmUp);
            return repeat(file, memory, bytes, isSynced, time);
        } finally {
            disk.delete(path);
        }
    }

    private static Measurement repeat(DiskFile file, OffHeap memory, int bytes, boolean isSynced, Duration time)
            throws IOException {
        Histogram latency = Measurement.newHistogram();
        long begin = System.nanoTime();
        long end = begin;
        for (long n = 0; end - begin < time.toNanos(); n++) {
            long started = end;
            file.write(memory.view(0, bytes), n % (FILE_BYTES / bytes) * bytes);
            if (isSynced) {
                file.syncData();
            }
            end = System.nanoTime();
            latency.recordValue(end - started);
        }
        long count = latency.getTotalCount();
        return new Measurement(new Load(Load.Kind.DISK, 1, 1), count, Duration.ofNanos(end - begin), count * bytes,
                latency);
    }

    private void fill(Path path) throws IOException {
        try (DiskFile file = disk.open(path, Set.of(Disk.Open.CREATE)); OffHeap zeros = OffHeap.allocate(LARGE)) {
            for (long at = 0; at < FILE_BYTES; at += LARGE) {
                file.write(zeros.view(0, LARGE), at);
            }
            file.sync();
            disk.syncDirectory(directory);
        }
    }
}
