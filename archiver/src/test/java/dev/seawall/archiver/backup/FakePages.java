package dev.seawall.archiver.backup;

import dev.seawall.archiver.ArchivableLog;
import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.Archiver;
import dev.seawall.archiver.PageCopy;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Data files in memory, a log of three segments, and a cluster directory for them: all that a base
/// backup is taken of.
public final class FakePages implements PageCopy {

    public static final Path CLUSTER = Path.of("/cluster");
    /// In segment 1, and the end of what the copy can have seen, in segment 2.
    public static final Lsn REDO = new Lsn(0x100028);
    public static final Lsn STOP = new Lsn(0x250000);

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final ControlFile CONTROL = ControlFile.create(MemoryLog.SYSTEM_ID, ControlFile.State.IN_PRODUCTION,
            TIME, new Lsn(0x101000), Checkpoint.of(REDO, TimelineId.FIRST, TimelineId.FIRST, 731, 0, TIME),
            ArchiveFixture.LAYOUT.segmentBytes(), 100);

    public final Map<String, byte[]> files = new TreeMap<>();
    private int open;

    public FakePages() {
        byte[] relation = new byte[5 * 8192];
        new Random(1).nextBytes(relation);
        files.put("base/5/16384", relation);
        files.put("base/5/16385", new byte[0]);
        files.put("base/engines/dev.example.kv/000001.sst", "an engine's file".getBytes(StandardCharsets.US_ASCII));
        files.put("base/checkpointer.state", new byte[1024]);
    }

    /// A cluster with its control file, configuration and log, and an empty repository beside it.
    public static ArchiveFixture cluster(long seed) throws IOException {
        ArchiveFixture fixture = ArchiveFixture.create(seed);
        MemoryLog log = ArchiveFixture.log();
        fixture.ready(log, 1, 3);
        fixture.write(log, 4, 4);
        SimulatedDisk disk = fixture.disk;
        ControlStore.create(disk, CLUSTER, CONTROL);
        ArchiveFixture.write(disk, CLUSTER.resolve("seawall.conf"),
                "archive_mode = on\n".getBytes(StandardCharsets.US_ASCII));
        disk.makeDirectories(ClusterLayout.wal(CLUSTER));
        return fixture;
    }

    /// A base backup of it; segments are archived when the log is switched.
    public BaseBackup backup(ArchiveFixture fixture, Codec codec) throws IOException {
        Archiver archiver = fixture.archiver();
        ArchivableLog log = new ArchivableLog() {
            @Override
            public Lsn lastImportantLsn() {
                return STOP;
            }

            @Override
            public Lsn switchSegment() {
                for (int i = 0; i < 4; i++) {
                    archiver.step();
                }
                return STOP;
            }
        };
        return backup(fixture, codec, log);
    }

    BaseBackup backup(ArchiveFixture fixture, Codec codec, ArchivableLog log) throws IOException {
        WalArchive archive = fixture.archive();
        return new BaseBackup(fixture.disk, fixture.world, CLUSTER, this, log, archive, codec, Duration.ofSeconds(5));
    }

    int open() {
        return open;
    }

    @Override
    public Session begin() {
        open++;
        return new Session() {
            @Override
            public long systemId() {
                return MemoryLog.SYSTEM_ID;
            }

            @Override
            public TimelineId timeline() {
                return TimelineId.FIRST;
            }

            @Override
            public Lsn redoPoint() {
                return REDO;
            }

            @Override
            public ControlFile control() {
                return CONTROL;
            }

            @Override
            public long bytes() {
                return files.values().stream().mapToLong(content -> content.length).sum();
            }

            @Override
            public void copy(Receiver receiver) throws IOException {
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    receiver.file(file.getKey(), file.getValue().length);
                    ByteBuffer content = ByteBuffer.wrap(file.getValue());
                    while (content.hasRemaining()) {
                        int n = Math.min(8192, content.remaining());
                        receiver.bytes(content.slice(content.position(), n));
                        content.position(content.position() + n);
                    }
                }
            }

            @Override
            public Lsn consistentAt() {
                return STOP;
            }

            @Override
            public void close() {
                open--;
            }
        };
    }
}
