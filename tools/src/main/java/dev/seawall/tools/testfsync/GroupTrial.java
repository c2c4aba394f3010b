package dev.seawall.tools.testfsync;

import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.FlushTrial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/// Several blocks in one write: what group commit does with those who wait.
final class GroupTrial implements Trial {

    private final FlushTrial trial;
    private final int bytes;
    private final int depth;

    GroupTrial(Disk disk, Path file, int bytes, int depth) throws IOException {
        this.trial = new FlushTrial(disk, System::nanoTime, file, FlushPath.DEFAULT, bytes * depth);
        this.bytes = bytes;
        this.depth = depth;
    }

    @Override
    public String name() {
        return depth + " in one write, " + FlushPath.DEFAULT;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public long run(long nanos, LongConsumer latency) throws IOException {
        // Each block waits for all of them.
        return trial.run(bytes * depth, nanos, Long.MAX_VALUE, took -> {
            for (int i = 0; i < depth; i++) {
                latency.accept(took);
            }
        });
    }

    @Override
    public void close() throws IOException {
        trial.close();
    }
}
