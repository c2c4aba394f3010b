package dev.seawall.peers;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/// Chronicle Queue, synced after each append.
///
/// Durable: `SyncMode.SYNC` and `ExcerptAppender.sync()`, an msync of what was appended. It is made for speed without
/// that, and has no group commit: each committer syncs for itself.
final class ChronicleLog implements Engine {

    /// Else it writes files into the home directory, and calls home.
    static final List<String> JVM_FLAGS = List.of("-Dchronicle.analytics.disable=true",
            "-Dchronicle.disk.monitor.disable=true");

    private static final long BLOCK_BYTES = 256L << 20;

    private final ChronicleQueue queue;
    private final BytesStore<?, ?> payload;
    /// An appender is one thread's at a time; committers come and go.
    private final ConcurrentLinkedDeque<ExcerptAppender> free = new ConcurrentLinkedDeque<>();

    ChronicleLog(Path directory, int bytes) {
        payload = BytesStore.wrap(Payload.of(bytes));
        queue = SingleChronicleQueueBuilder.binary(directory).syncMode(SyncMode.SYNC).blockSize(BLOCK_BYTES).build();
    }

    private ExcerptAppender appender() {
        ExcerptAppender appender = free.poll();
        if (appender == null) {
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
        }
        return appender;
    }

    @Override
    public void commit() {
        batch(1);
    }

    @Override
    public Stream stream() {
        return (Stream.Batches) this::batch;
    }

    private void batch(int records) {
        ExcerptAppender appender = appender();
        for (int i = 0; i < records; i++) {
            appender.writeBytes(payload);
        }
        appender.sync();
        free.push(appender);
    }

    @Override
    public void close() {
        free.forEach(ExcerptAppender::close);
        queue.close();
    }
}
