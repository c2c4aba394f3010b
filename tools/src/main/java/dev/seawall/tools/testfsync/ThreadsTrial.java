package dev.seawall.tools.testfsync;

import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.FlushTrial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// Several threads that each make blocks of a file of their own durable, one after the other.
final class ThreadsTrial implements Trial {

    private static final long FILE_BYTES = 1 << 20;

    private final int bytes;
    private final List<FlushTrial> trials = new ArrayList<>();
    private final ExecutorService threads;

    ThreadsTrial(Disk disk, Path directory, int bytes, int depth) throws IOException {
        this.bytes = bytes;
        for (int i = 0; i < depth; i++) {
            Path file = directory.resolve("thread-" + i);
            if (!disk.exists(file)) {
                FlushTrial.fill(disk, file, FILE_BYTES);
            }
            trials.add(new FlushTrial(disk, System::nanoTime, file, FlushPath.DEFAULT, bytes));
        }
        threads = Executors.newFixedThreadPool(depth);
    }

    @Override
    public String name() {
        return trials.size() + " by threads, " + FlushPath.DEFAULT;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public long run(long nanos, LongConsumer latency) throws IOException {
        long begin = System.nanoTime();
        List<Callable<LongStream.Builder>> work = new ArrayList<>();
        for (FlushTrial trial : trials) {
            work.add(() -> {
                LongStream.Builder own = LongStream.builder();
                trial.run(bytes, nanos, Long.MAX_VALUE, own);
                return own;
            });
        }
        try {
            List<Future<LongStream.Builder>> done = threads.invokeAll(work);
            long took = System.nanoTime() - begin;
            for (Future<LongStream.Builder> one : done) {
                one.get().build().forEach(latency);
            }
            return took;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException("a writing thread failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (FlushTrial trial : trials) {
            trial.close();
        }
    }
}
