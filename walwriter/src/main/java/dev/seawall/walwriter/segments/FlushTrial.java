package dev.seawall.walwriter.segments;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Makes blocks durable by one [FlushPath], one after the other, and tells how long each took: what the
/// log does, in blocks that were written before, as the log's are.
public final class FlushTrial implements AutoCloseable {

    private static final int FILL_BYTES = 1 << 20;

    private final FlushPath path;
    private final DiskFile file;
    private final long fileBytes;
    private final OffHeap memory;
    private final LongSupplier nanoTime;
    private long next;

    /// @param bytes    the most that is made durable at once
    /// @param nanoTime a monotonic clock
    public FlushTrial(Disk disk, LongSupplier nanoTime, Path file, FlushPath path, int bytes) throws IOException {
        this.path = path;
        this.nanoTime = nanoTime;
        this.file = path.open(disk, file);
        this.fileBytes = this.file.size();
        this.memory = OffHeap.allocate(bytes);
    }

    /// Makes the file for trials, written and durable.
    public static void fill(Disk disk, Path file, long bytes) throws IOException {
        try (DiskFile filled = disk.open(file, Set.of(Open.CREATE, Open.DIRECT));
                OffHeap zeros = OffHeap.allocate(FILL_BYTES)) {
            for (long at = 0; at < bytes; at += FILL_BYTES) {
                filled.write(zeros.view(0, (int) Math.min(FILL_BYTES, bytes - at)), at);
            }
            filled.sync();
        }
    }

    /// Whether it goes past the page cache.
    public boolean isDirect() {
        return file.isDirect();
    }

    /// Goes on for a while, once at least.
    ///
    /// @param bytes   made durable each time, a multiple of 4 KiB
    /// @param most    ends after so many, whatever the clock says
    /// @param latency takes nanoseconds
    /// @return how long it took, nanoseconds
    public long run(int bytes, long nanos, long most, LongConsumer latency) throws IOException {
        long begin = nanoTime.getAsLong();
        long end = begin;
        for (long n = 0; n == 0 || n < most && end - begin < nanos; n++) {
            next = next + bytes <= fileBytes ? next : 0;
            long started = end;
            file.write(memory.view(0, bytes), next);
            path.sync(file);
            end = nanoTime.getAsLong();
            next += bytes;
            latency.accept(end - started);
        }
        return end - begin;
    }

    @Override
    public void close() throws IOException {
        try (memory) {
            file.close();
        }
    }
}
