package dev.seawall.walwriter.start;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.CRC32C;

/// Where the log ended when it was started first since a checkpointer was attached to it: a `base/` with
/// anything newer has not been made from this log.
///
/// ```
/// global/unattached_end:  0 u64 magic "SWLUNATT"   8 u64 system identifier   16 u64 LSN   24 u32 CRC-32C
/// ```
/// While a walwriter runs alone the log goes on, and would soon be long enough for a `base/` of another
/// day. So the end is kept in a file, over restarts of the walwriter too, until a checkpointer has
/// compared its `base/` with it. From then on whatever is in `base/` was streamed by this walwriter,
/// and is bounded by what is durable now. Thread-safe.
public final class UnattachedEnd {

    private static final String FILE = "unattached_end";
    private static final long MAGIC = 0x5454414E_554C5753L;
    private static final int BYTES = 28;
    private static final int CRC = 24;

    private final Disk disk;
    private final Path file;
    // Guarded by this.
    private Lsn end;

    private UnattachedEnd(Disk disk, Path file, Lsn end) {
        this.disk = disk;
        this.file = file;
        this.end = end;
    }

    /// At a start, before anything is appended: keeps the log's end, durably, unless an earlier start
    /// did and no checkpointer came since.
    public static UnattachedEnd keep(Disk disk, StartedLog started) throws IOException {
        Path file = fileIn(started.directory());
        Lsn kept = read(disk, file, started.systemId());
        Lsn end = Lsn.min(kept, started.insertPosition());
        if (end.isBefore(kept)) {
            write(disk, file, started.systemId(), end);
        }
        return new UnattachedEnd(disk, file, end);
    }

    /// For a start that has its `base/` at hand and compares it at once.
    ///
    /// @return the earlier start's end, or this one's
    public static UnattachedEnd of(Disk disk, StartedLog started) throws IOException {
        Path file = fileIn(started.directory());
        return new UnattachedEnd(disk, file,
                Lsn.min(read(disk, file, started.systemId()), started.insertPosition()));
    }

    private static Path fileIn(Path directory) {
        return ClusterLayout.control(directory).resolveSibling(FILE);
    }

    private static Lsn read(Disk disk, Path file, long systemId) throws IOException {
        if (!disk.exists(file)) {
            return Lsn.MAX;
        }
        ByteBuffer in = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile opened = disk.open(file, Set.of())) {
            opened.sync();
            opened.dropCache();
            if (opened.read(in, 0) < BYTES || in.getLong(0) != MAGIC || in.getInt(CRC) != crc(in)
                    || in.getLong(8) != systemId) {
                throw WalCorruptException.inFile("the kept end of the log is damaged, or another cluster's",
                        file.toString(), "If base/ and pg_wal/ belong together for sure, remove the file.");
            }
        }
        return new Lsn(in.getLong(16));
    }

    private static void write(Disk disk, Path file, long systemId, Lsn end) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, MAGIC).putLong(8, systemId).putLong(16, end.value());
        out.putInt(CRC, crc(out));
        Path temporary = file.resolveSibling(FILE + ".tmp");
        try (DiskFile created = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
            created.write(out, 0);
            created.sync();
        }
        disk.rename(temporary, file);
        disk.syncDirectory(file.getParent());
    }

    private static int crc(ByteBuffer sector) {
        CRC32C crc = new CRC32C();
        crc.update(sector.slice(0, CRC));
        return (int) crc.getValue();
    }

    /// What `base/` must not be ahead of; [Lsn#MAX] once a checkpointer was attached: then what is
    /// durable bounds it.
    public synchronized Lsn end() {
        return end;
    }

    /// A checkpointer whose `base/` belongs to the log goes on with it. Durable when this returns.
    public synchronized void attached() throws IOException {
        if (!end.equals(Lsn.MAX)) {
            if (disk.exists(file)) {
                disk.delete(file);
                disk.syncDirectory(file.getParent());
            }
            end = Lsn.MAX;
        }
    }
}
