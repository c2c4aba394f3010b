package dev.seawall.tools.testfsync;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.IoUring;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongConsumer;

/// Several writes under way at once, from one thread, by io_uring: each durable by itself, or all of them by
/// one fdatasync behind.
final class RingTrial implements Trial {

    private final String name;
    private final DiskFile file;
    private final IoUring ring;
    private final OffHeap block;
    private final int depth;
    private final boolean isEachDurable;
    private final int blocks;
    private final long[] begun;
    private long next;

    /// @param path  a file that was written before; it is opened past the page cache where it can be
    /// @param depth how many writes are under way
    RingTrial(Disk disk, Path path, int bytes, int depth, boolean isEachDurable) throws IOException {
        this.name = isEachDurable ? depth + " by io_uring, O_DSYNC" : depth + " by io_uring, then one fdatasync";
        Set<Open> how = EnumSet.of(Open.DIRECT);
        if (isEachDurable) {
            how.add(Open.DATA_SYNC);
        }
        this.ring = IoUring.open(depth);
        this.file = disk.open(path, how);
        this.block = OffHeap.allocate(bytes);
        this.depth = depth;
        this.isEachDurable = isEachDurable;
        this.blocks = Math.toIntExact(file.size() / bytes);
        this.begun = new long[blocks];
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int bytes() {
        return block.bytes();
    }

    @Override
    public long run(long nanos, LongConsumer latency) throws IOException {
        return isEachDurable ? runEachDurable(nanos, latency) : runInGroups(nanos, latency);
    }

    /// Whenever one has ended, another begins.
    private long runEachDurable(long nanos, LongConsumer latency) throws IOException {
        long begin = System.nanoTime();
        IoUring.Listener ended = number -> latency.accept(System.nanoTime() - begun[(int) number]);
        do {
            while (ring.room() > 0) {
                write();
            }
            ring.submit(1, ended);
        } while (System.nanoTime() - begin < nanos);
        ring.submit(depth - ring.room(), ended);
        return System.nanoTime() - begin;
    }

    private long runInGroups(long nanos, LongConsumer latency) throws IOException {
        long begin = System.nanoTime();
        long end = begin;
        do {
            long started = end;
            for (int i = 0; i < depth; i++) {
                write();
            }
            ring.submit(depth, _ -> { });
            file.syncData();
            end = System.nanoTime();
            for (int i = 0; i < depth; i++) {
                latency.accept(end - started);
            }
        } while (end - begin < nanos);
        return end - begin;
    }

    private void write() {
        // Far fewer are under way than there are blocks: no block twice at once.
        int at = (int) (next++ % blocks);
        begun[at] = System.nanoTime();
        ring.write(file, block.view(0, block.bytes()), (long) at * block.bytes(), at);
    }

    @Override
    public void close() throws IOException {
        ring.close();
        file.close();
        block.close();
    }
}
