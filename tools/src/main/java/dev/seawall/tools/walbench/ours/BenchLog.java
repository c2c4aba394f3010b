package dev.seawall.tools.walbench.ours;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/// A new log in a directory of its own, with nobody who redoes it: what is measured is the log
/// alone. Segments are recycled as if checkpoints kept up.
public final class BenchLog implements WalEngine.Host {

    /// Few, so that a short measurement meets recycled segments, as a log does that has run for a while.
    private static final long SEGMENTS_A_CHECKPOINT = 4;

    private final Wal wal;
    private final Thread checkpoints;
    private volatile boolean isClosing;

    /// @param directory its own, not there yet or empty
    public BenchLog(Disk disk, Path directory, int segmentBytes, WalOptions options) throws IOException {
        this(disk, directory, segmentBytes, options, 0);
    }

    /// @param older so many segments before its first are kept in `pg_wal`; they have no content
    public BenchLog(Disk disk, Path directory, int segmentBytes, WalOptions options, int older) throws IOException {
        Instant now = Instant.now();
        PageLayout layout = new PageLayout(segmentBytes);
        SegmentNumber first = new SegmentNumber(older + 1L);
        ClusterInit.Options cluster = new ClusterInit.Options(ClusterInit.systemId(now, now.getNano()),
                layout.startOf(first), 3, layout, ClusterInit.Options.MAX_CONNECTIONS_DEFAULT);
        ClusterInit.create(disk, directory, cluster, now);
        for (long number = 1; number < first.value(); number++) {
            String name = new SegmentName(new TimelineId(1), new SegmentNumber(number)).fileName(layout);
            try (DiskFile file = disk.open(directory.resolve("pg_wal").resolve(name), Set.of(Disk.Open.CREATE_NEW))) {
                file.truncate(segmentBytes);
            }
        }
        WalOptions keeping = older == 0 ? options : options.withKeepBytes((older + 1L) * segmentBytes);
        wal = Wal.open(LogStart.start(disk, directory), keeping, disk, new SystemWorld());
        checkpoints = Thread.ofPlatform().name("walbench-checkpoints").daemon().start(() -> checkpointEvery(
                SEGMENTS_A_CHECKPOINT * segmentBytes));
    }

    public Wal wal() {
        return wal;
    }

    private void checkpointEvery(long bytes) {
        Lsn last = wal.flushLsn();
        while (!isClosing) {
            Lsn durable = wal.flushLsn();
            if (durable.minus(last) >= bytes) {
                checkpoint(durable);
                last = durable;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void checkpoint(Lsn redo) {
        try {
            wal.checkpointed(new CheckpointReport(wal.systemId(), wal.history().timeline(), redo));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        isClosing = true;
        try {
            checkpoints.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wal.close();
    }
}
