package dev.seawall.walwriter.start;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/// A cluster of 1 MiB segments on any disk, with a log laid out in memory that tests extend, damage
/// and put there.
public final class ClusterFixture {

    public static final PageLayout LAYOUT = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    public static final ClusterInit.Options OPTIONS = ClusterInit.Options.of(MemoryLog.SYSTEM_ID, LAYOUT);

    public final Disk disk;
    public final Path directory;
    /// Begins with the checkpoint that the control file names.
    public final MemoryLog log = MemoryLog.small();

    public ClusterFixture(Disk disk, Path directory) throws IOException {
        this.disk = disk;
        this.directory = directory;
        ClusterInit.create(disk, directory, OPTIONS, NOW);
        Lsn first = LAYOUT.startOf(OPTIONS.startLsn());
        log.append(new CheckpointRecord(true, Checkpoint.of(
                first, TimelineId.FIRST, TimelineId.FIRST, OPTIONS.firstXid(), 0, NOW))::encode);
    }

    /// Puts the log as it is into `pg_wal`, durably.
    public ClusterFixture write() throws IOException {
        log.writeTo(disk, wal(), 1);
        return this;
    }

    public Path wal() {
        return ClusterLayout.wal(directory);
    }

    public Path segment(long number) {
        return wal().resolve(name(number));
    }

    public static String name(long number) {
        return new SegmentName(TimelineId.FIRST, new SegmentNumber(number)).fileName(LAYOUT);
    }

    public void lowWaterMark(Lsn durable) throws IOException {
        try (ControlStore control = ControlStore.open(disk, directory)) {
            control.write(new LowWaterMark(TimelineId.FIRST, durable));
        }
    }

    public void overwrite(Path file, long offset, byte... bytes) throws IOException {
        try (DiskFile open = disk.open(file, Set.of(Disk.Open.CREATE))) {
            open.write(ByteBuffer.wrap(bytes), offset);
            open.sync();
        }
        disk.syncDirectory(file.getParent());
    }

    public byte[] read(Path file) throws IOException {
        try (DiskFile open = disk.open(file, Set.of(Disk.Open.READ_ONLY))) {
            ByteBuffer content = ByteBuffer.allocate((int) open.size());
            open.read(content, 0);
            return content.array();
        }
    }
}
