package dev.seawall.tools.testfsync;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.walwriter.segments.FlushTrial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/// The parts of a flush alone: a write that is not made durable, and a sync of what is durable already.
final class FlushCostTrial implements Trial {

    static final String CACHED = "write into the page cache, not synced";
    static final String DIRECT = "write by O_DIRECT, not synced";
    static final String NOTHING = "fdatasync with nothing to write";
    static final String ANOTHER = "write, then fdatasync by another descriptor";

    private static final int BYTES = 4 << 10;
    private static final long FILE_BYTES = 16 << 20;

    private final String name;
    private final boolean isWriting;
    private final boolean isSyncing;
    private final DiskFile file;
    private final DiskFile synced;
    private final OffHeap memory = OffHeap.allocate(BYTES);
    private long at;

    private FlushCostTrial(String name, boolean isWriting, boolean isSyncing, DiskFile file, DiskFile synced) {
        this.name = name;
        this.isWriting = isWriting;
        this.isSyncing = isSyncing;
        this.file = file;
        this.synced = synced;
    }

    static List<Trial> all(Disk disk, Path directory) throws IOException {
        Path path = directory.resolve("unsynced");
        Path directPath = directory.resolve("unsynced-direct");
        FlushTrial.fill(disk, path, FILE_BYTES);
        FlushTrial.fill(disk, directPath, FILE_BYTES);
        List<Trial> trials = new ArrayList<>();
        DiskFile cached = disk.open(path, Set.of());
        trials.add(new FlushCostTrial(CACHED, true, false, cached, cached));
        DiskFile direct = disk.open(directPath, Set.of(Open.DIRECT));
        if (direct.isDirect()) {
            trials.add(new FlushCostTrial(DIRECT, true, false, direct, direct));
        } else {
            direct.close();
        }
        Path synced = directory.resolve("direct");
        DiskFile idle = disk.open(synced, Set.of());
        trials.add(new FlushCostTrial(NOTHING, false, true, idle, idle));
        Path shared = directory.resolve("cached");
        trials.add(new FlushCostTrial(ANOTHER, true, true, disk.open(shared, Set.of()),
                disk.open(shared, Set.of())));
        return trials;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int bytes() {
        return isWriting ? BYTES : 0;
    }

    @Override
    public long run(long nanos, LongConsumer latency) throws IOException {
        long begin = System.nanoTime();
        long end = begin;
        do {
            long started = end;
            if (isWriting) {
                at = (at + BYTES) % FILE_BYTES;
                file.write(memory.view(0, BYTES), at);
            }
            if (isSyncing) {
                synced.syncData();
            }
            end = System.nanoTime();
            latency.accept(end - started);
        } while (end - begin < nanos);
        return end - begin;
    }

    @Override
    public void close() throws IOException {
        memory.close();
        file.close();
        synced.close();
    }
}
