package dev.seawall.tools.testfsync;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.FlushTrial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;

/// Writes a segment from its beginning to its end, durable page by page, and then another: what the first
/// write into each block costs depends on how the file was made.
final class FileStateTrial implements Trial {

    private static final int SEGMENT_BYTES = 16 << 20;
    private static final int PAGE_BYTES = 8 << 10;

    /// How a segment comes to be.
    enum State {
        /// Empty: every write makes it longer.
        GROWING("growing"),
        /// Its space reserved, its size set, never written (`wal_init_zero = off`).
        UNWRITTEN("reserved, not written (wal_init_zero = off)"),
        /// Written with zeros (`wal_init_zero = on`).
        ZEROED("zeros written before (wal_init_zero = on)"),
        /// An old segment by a new name (`wal_recycle`).
        RECYCLED("renamed, written long before (wal_recycle)");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /// As it is called in tables.
        String text() {
            return text;
        }

        /// For names of files.
        String lowerCase() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Disk disk;
    private final State state;
    private final FlushPath path;
    private final Path file;
    private final OffHeap page = OffHeap.allocate(PAGE_BYTES);
    private DiskFile opened;
    private long at;

    private FileStateTrial(Disk disk, Path directory, State state, FlushPath path) throws IOException {
        this.disk = disk;
        this.state = state;
        this.path = path;
        this.file = directory.resolve(state.lowerCase());
        this.opened = next();
    }

    static List<FileStateTrial> all(Disk disk, Path directory, FlushPath path) throws IOException {
        List<FileStateTrial> trials = new ArrayList<>();
        for (State state : State.values()) {
            trials.add(new FileStateTrial(disk, directory, state, path));
        }
        return trials;
    }

    private DiskFile next() throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Path directory = file.resolveSibling(".");
        switch (state) {
            case GROWING -> disk.open(next, Set.of(Open.CREATE_NEW)).close();
            case UNWRITTEN -> {
                try (DiskFile reserved = disk.open(next, Set.of(Open.CREATE_NEW))) {
                    reserved.allocate(0, SEGMENT_BYTES);
                    reserved.truncate(SEGMENT_BYTES);
                    reserved.sync();
                }
            }
            case ZEROED -> FlushTrial.fill(disk, next, SEGMENT_BYTES);
            case RECYCLED -> {
                if (disk.exists(file)) {
                    disk.rename(file, next);
                } else {
                    FlushTrial.fill(disk, next, SEGMENT_BYTES);
                }
            }
        }
        disk.rename(next, file);
        disk.syncDirectory(directory);
        at = 0;
        return path.open(disk, file);
    }

    @Override
    public String name() {
        return state.text;
    }

    State state() {
        return state;
    }

    @Override
    public int bytes() {
        return PAGE_BYTES;
    }

    @Override
    public long run(long nanos, LongConsumer latency) throws IOException {
        long spent = 0;
        do {
            if (at == SEGMENT_BYTES) {
                opened.close();
                opened = next();
            }
            long begin = System.nanoTime();
            opened.write(page.view(0, PAGE_BYTES), at);
            path.sync(opened);
            long took = System.nanoTime() - begin;
            latency.accept(took);
            spent += took;
            at += PAGE_BYTES;
        } while (spent < nanos);
        return spent;
    }

    @Override
    public void close() throws IOException {
        page.close();
        opened.close();
        disk.delete(file);
    }
}
