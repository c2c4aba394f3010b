package dev.seawall.tools.walbench.checkpoint;

import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// Committers that wait for each commit, and how long each took, in nanoseconds.
final class Commits implements AutoCloseable {

    private static final int MESSAGE_BYTES = 200;

    private final Wal wal;
    private final Recorder latencies = new Recorder(3);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isClosing;

    Commits(Wal wal, int committers) {
        this.wal = wal;
        for (int i = 0; i < committers; i++) {
            threads.add(Thread.ofPlatform().daemon().name("committer-" + i).start(this::commitOn));
        }
    }

    private void commitOn() {
        ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
        while (!isClosing) {
            long began = System.nanoTime();
            try (Transaction transaction = wal.begin()) {
                transaction.message("walbench", message.duplicate());
                transaction.commit();
            }
            latencies.recordValue(System.nanoTime() - began);
        }
    }

    /// Since this was asked last, or the begin.
    Histogram since() {
        return latencies.getIntervalHistogram();
    }

    @Override
    public void close() {
        isClosing = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
