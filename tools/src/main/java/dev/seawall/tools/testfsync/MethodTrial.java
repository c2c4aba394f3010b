package dev.seawall.tools.testfsync;

import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.FlushTrial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// One `wal_sync_method`, past the page cache or through it, on blocks that were written before: what the
/// log does.
final class MethodTrial implements Trial {

    private static final long FILE_BYTES = 16 << 20;

    private final FlushTrial trial;
    private final FlushPath path;
    private final int bytes;

    private MethodTrial(FlushTrial trial, FlushPath path, int bytes) {
        this.trial = trial;
        this.path = path;
        this.bytes = bytes;
    }

    /// All of them but for those that the file system has not. A file for each way around the page cache:
    /// pages in it would be in the way of writes past it.
    static List<Trial> all(Disk disk, Path directory, int bytes) throws IOException {
        List<Trial> trials = new ArrayList<>();
        for (FlushPath path : FlushPath.all()) {
            Path file = directory.resolve(path.isDirect() ? "direct" : "cached");
            if (!disk.exists(file)) {
                FlushTrial.fill(disk, file, FILE_BYTES);
            }
            FlushTrial trial = new FlushTrial(disk, System::nanoTime, file, path, bytes);
            if (path.isDirect() && !trial.isDirect()) {
                trial.close();
            } else {
                trials.add(new MethodTrial(trial, path, bytes));
            }
        }
        return trials;
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public long run(long nanos, LongConsumer latency) throws IOException {
        return trial.run(bytes, nanos, Long.MAX_VALUE, latency);
    }

    @Override
    public void close() throws IOException {
        trial.close();
    }
}
