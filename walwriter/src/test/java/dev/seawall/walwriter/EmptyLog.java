package dev.seawall.walwriter;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A log that nothing was written to yet, at the start of its first segment; 1 MiB segments.
final class EmptyLog {

    static final PageLayout LAYOUT = new PageLayout(1 << 20);
    static final Lsn START = new Lsn(1 << 20);
    static final long SYSTEM_ID = 4711;

    private EmptyLog() {}

    static StartedLog in(Disk disk, Path directory, long nextXid) throws IOException {
        disk.createDirectory(directory.resolve("global"));
        disk.createDirectory(directory.resolve("pg_wal"));
        disk.createDirectory(directory.resolve("pg_wal/archive_status"));
        disk.syncDirectory(directory.resolve("pg_wal"));
        disk.syncDirectory(directory);
        Checkpoint checkpoint = Checkpoint.of(LAYOUT.startOf(START), TimelineId.FIRST, TimelineId.FIRST, 3, 0,
                Instant.EPOCH);
        ControlStore.create(disk, directory, ControlFile.create(SYSTEM_ID, ControlFile.State.SHUT_DOWN, Instant.EPOCH,
                LAYOUT.startOf(START), checkpoint, LAYOUT.segmentBytes(), 100));
        return new StartedLog(directory, DirectoryLock.take(disk, directory), ControlStore.open(disk, directory),
                LAYOUT, TimelineHistory.root(TimelineId.FIRST), StartedLog.Opening.AFTER_SHUTDOWN, START, Lsn.INVALID,
                ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN), nextXid, Instant.EPOCH,
                Map.of());
    }

    static List<WalRecord> readAll(Wal wal) throws IOException {
        List<WalRecord> records = new ArrayList<>();
        try (WalReader reader = wal.read(START)) {
            while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                records.add(record);
            }
        }
        return records;
    }
}
