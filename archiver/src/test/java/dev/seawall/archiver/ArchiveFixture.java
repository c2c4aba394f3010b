package dev.seawall.archiver;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.DiskInput;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.walwriter.segments.ArchiveStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/// A simulated disk with a cluster's `pg_wal` and a repository, and logs to put into them.
public final class ArchiveFixture {

    public static final Path WAL = Path.of("/cluster/pg_wal");
    public static final Path REPOSITORY = Path.of("/archive/repository");
    public static final PageLayout LAYOUT = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);
    public static final RepositoryIdentity IDENTITY =
            new RepositoryIdentity(MemoryLog.SYSTEM_ID, LAYOUT.segmentBytes());

    public final SimulatedDisk disk;
    public final SimulatedWorld world;

    private ArchiveFixture(SimulatedDisk disk, long seed) {
        this.disk = disk;
        this.world = new SimulatedWorld(seed);
    }

    /// An empty `pg_wal`, and an empty repository of its cluster.
    public static ArchiveFixture create(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.makeDirectories(WAL.resolve("archive_status"));
        disk.makeDirectories(Path.of("/cluster/global"));
        disk.makeDirectories(Path.of("/archive"));
        ArchiveFixture fixture = new ArchiveFixture(disk, seed);
        DirectoryRepository.create(disk, fixture.world, REPOSITORY, IDENTITY).close();
        return fixture;
    }

    /// The same state on a disk of its own.
    public ArchiveFixture copy(long seed) {
        return new ArchiveFixture(disk.copy(seed), seed);
    }

    public DirectoryRepository repository() throws IOException {
        return DirectoryRepository.open(disk, world, REPOSITORY);
    }

    public WalArchive archive() throws IOException {
        return new WalArchive(repository());
    }

    public ArchiveStatus status() {
        return new ArchiveStatus(disk, WAL);
    }

    public Archiver archiver() throws IOException {
        return archiver(Codec.ZSTD_1);
    }

    public Archiver archiver(Codec codec) throws IOException {
        return new Archiver(disk, world, WAL, new WalFiles(disk, archive(), IDENTITY, codec),
                LAYOUT.segmentBytes());
    }

    /// A log of three whole segments and the beginning of a fourth, with a record across each border.
    public static MemoryLog log() {
        MemoryLog log = MemoryLog.small();
        long border = LAYOUT.startOf(new SegmentNumber(4)).value();
        for (int i = 0; log.end().value() < border; i++) {
            log.message(i, new byte[20_000 + i]);
        }
        log.message("behind the border");
        return log;
    }

    public static String name(long segment) {
        return name(1, segment);
    }

    public static String name(int timeline, long segment) {
        return new SegmentName(new TimelineId(timeline), new SegmentNumber(segment)).fileName(LAYOUT);
    }

    /// Writes segments of a log to `pg_wal`, durably.
    public void write(MemoryLog log, long first, long last) throws IOException {
        for (long segment = first; segment <= last; segment++) {
            write(disk, WAL.resolve(name(segment)), log.segment(segment));
        }
    }

    /// Writes segments and marks them ready.
    public void ready(MemoryLog log, long first, long last) throws IOException {
        write(log, first, last);
        for (long segment = first; segment <= last; segment++) {
            status().markReady(name(segment));
        }
    }

    public void readyHistory(String name, String text) throws IOException {
        write(disk, WAL.resolve(name), text.getBytes(StandardCharsets.UTF_8));
        status().markReady(name);
    }

    /// Writes a file, durably.
    public static void write(Disk disk, Path path, byte[] content) throws IOException {
        try (DiskFile file = disk.open(path, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
        disk.syncDirectory(path.getParent());
    }

    public byte[] read(Path path) throws IOException {
        try (DiskInput in = DiskInput.open(disk, path)) {
            return in.readAllBytes();
        }
    }
}
