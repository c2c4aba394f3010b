package dev.seawall.walwriter.start;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// Makes a new cluster's directory, so that a crash leaves either a cluster or something that is
/// recognized as none.
///
/// Order: `seawall.init`, which says that all here is unfinished; directories; the first segment,
/// with a shutdown checkpoint as initdb makes it; `pg_control`, which makes it a cluster; then
/// `seawall.init` goes. Each durable before the next. Without `pg_control` nothing starts, and
/// only with `seawall.init` does another try remove what is there: a cluster that has lost its
/// control file keeps its log.
public final class ClusterInit {

    /// Stands in the directory while it is being made.
    static final String UNFINISHED = "seawall.init";

    private static final String SETTINGS = "seawall.conf";

    private final Disk disk;
    private final Path directory;
    private final Options options;
    private final Instant now;

    private ClusterInit(Disk disk, Path directory, Options options, Instant now) {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.now = now;
    }

    /// What a new cluster is given.
    ///
    /// @param systemId       any number but 0; [#systemId(Instant, long)] makes one
    /// @param startLsn       start of a segment, not of the first (LSN 0 means none)
    /// @param firstXid       64 bits, at least 3; where a real cluster's twin begins
    /// @param maxConnections bounds open transactions; a standby must not have less
    public record Options(long systemId, Lsn startLsn, long firstXid, PageLayout layout, int maxConnections) {

        public static final int MAX_CONNECTIONS_DEFAULT = 100;

        public Options {
            if (systemId == 0) {
                throw new IllegalArgumentException("system identifier 0 means none");
            }
            if (!startLsn.isValid() || layout.offsetInSegment(startLsn) != 0) {
                throw new IllegalArgumentException("the log cannot start at " + startLsn
                        + "\nHINT: It starts at a multiple of the segment size " + layout.segmentBytes()
                        + ", not at 0.");
            }
            if (Long.compareUnsigned(firstXid & 0xFFFF_FFFFL, NextXid.FIRST_NORMAL) < 0) {
                throw new IllegalArgumentException("transaction id " + firstXid + " is not given to transactions"
                        + "\nHINT: Ids 0 to 2 of each 2^32 mean something else; 3 is the first.");
            }
            if (maxConnections < 1) {
                throw new IllegalArgumentException("max_connections " + maxConnections + " is less than 1");
            }
        }

        /// A cluster of its own, with 16 MiB segments: starts at segment 1, xid 3.
        public static Options of(long systemId) {
            return of(systemId, PageLayout.DEFAULT);
        }

        public static Options of(long systemId, PageLayout layout) {
            return new Options(systemId, new Lsn(layout.segmentBytes()), NextXid.FIRST_NORMAL, layout,
                    MAX_CONNECTIONS_DEFAULT);
        }
    }

    /// PostgreSQL's convention: seconds in the high half, then microseconds and twelve bits of chance.
    public static long systemId(Instant now, long chance) {
        return now.getEpochSecond() << 32 | (long) (now.getNano() / 1_000) << 12 | chance & 0xFFF;
    }

    /// Creates a cluster in `directory`, which must not exist or be empty, but for `seawall.conf`, an empty
    /// `pg_wal` and what an interrupted creation left. It is durable when this returns.
    ///
    /// @throws FileAlreadyExistsException if there is a cluster already
    /// @throws DirectoryNotEmptyException if there is anything else
    public static void create(Disk disk, Path directory, Options options, Instant now) throws IOException {
        create(disk, directory, options, now, _ -> { });
    }

    /// What another owner makes in the directory before there is a control file; a cluster is whole
    /// or none. Called again, over what it left, when a creation that was interrupted is repeated.
    public interface Beside {
        void create(Lsn redoPoint) throws IOException;
    }

    /// Creates a cluster with other owners' files in it.
    public static void create(Disk disk, Path directory, Options options, Instant now, Beside beside)
            throws IOException {
        if (!disk.exists(directory)) {
            disk.createDirectory(directory);
        }
        // Also if it was there: whoever made it may have died before this, and all in it goes with its name.
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            disk.syncDirectory(parent);
        }
        ClusterInit init = new ClusterInit(disk, directory, options, now);
        // Before the lock, which puts its file into a directory that may be somebody else's.
        init.checkVacant();
        try (DirectoryLock _ = DirectoryLock.take(disk, directory)) {
            init.checkVacant();
            init.run(beside);
        }
    }

    private void checkVacant() throws IOException {
        if (disk.exists(ClusterLayout.control(directory))) {
            throw new FileAlreadyExistsException(directory.toString(), null,
                    "there is a cluster already\nHINT: Choose another directory, or remove this one.");
        }
        Set<String> names = new HashSet<>(disk.list(directory));
        names.remove(SETTINGS);
        names.remove(ClusterLayout.LOCK);
        if (names.contains(ClusterLayout.WAL) && disk.list(ClusterLayout.wal(directory)).isEmpty()) {
            // Another disk, mounted or linked there for the log.
            names.remove(ClusterLayout.WAL);
        }
        if (!names.isEmpty() && !names.contains(UNFINISHED)) {
            throw new DirectoryNotEmptyException(directory + ": has files in it, and no control file"
                    + "\nHINT: Choose another directory, or empty this one; it may be a damaged cluster.");
        }
    }

    private void run(Beside beside) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED);
        try (DiskFile file = disk.open(unfinished, Set.of(Disk.Open.CREATE))) {
            file.sync();
        }
        disk.syncDirectory(directory);
        removeLeftovers();

        Path pgWal = ClusterLayout.wal(directory);
        disk.createDirectory(directory.resolve(ClusterLayout.GLOBAL));
        disk.createDirectory(pgWal);
        disk.createDirectory(ClusterLayout.archiveStatus(directory));
        disk.syncDirectory(pgWal);
        disk.syncDirectory(directory);

        Lsn checkpointLsn = options.layout().startOf(options.startLsn());
        Checkpoint checkpoint = Checkpoint.of(
                checkpointLsn, TimelineId.FIRST, TimelineId.FIRST, options.firstXid(), 0, now);
        SegmentName first = new SegmentName(TimelineId.FIRST, options.layout().segmentOf(options.startLsn()));
        new WalDirectory(disk, pgWal, options.layout()).createSegment(first, firstPage(checkpoint));
        beside.create(checkpointLsn);
        ControlStore.create(disk, directory, ControlFile.create(options.systemId(), ControlFile.State.SHUT_DOWN, now,
                checkpointLsn, checkpoint, options.layout().segmentBytes(), options.maxConnections()));

        disk.delete(unfinished);
        disk.syncDirectory(directory);
    }

    /// What an interrupted creation made: nothing else can be here.
    private void removeLeftovers() throws IOException {
        Path pgWal = ClusterLayout.wal(directory);
        if (disk.exists(pgWal)) {
            for (String name : disk.list(pgWal)) {
                if (!name.equals(ClusterLayout.ARCHIVE_STATUS)) {
                    disk.delete(pgWal.resolve(name));
                }
            }
        }
    }

    private ByteBuffer firstPage(Checkpoint checkpoint) {
        PageLayout layout = options.layout();
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        PageHeader.write(page, layout, TimelineId.FIRST.value(), options.systemId(), options.startLsn(), 0, 0);
        try (EncodedRecord record = new EncodedRecord(256);
                OffHeap memory = OffHeap.allocate(PageLayout.PAGE_BYTES)) {
            new CheckpointRecord(true, checkpoint).encode(record);
            record.checksumBody();
            record.seal(Lsn.INVALID);
            record.copyTo(memory, 0, 0, record.length());
            page.put(memory.view(0, record.length()));
        }
        return page.clear();
    }
}
