package dev.seawall.walwriter.start;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `global/pg_control`, open: PostgreSQL's control file in the first sector, our low-water mark in
/// one of its own.
///
/// Each is rewritten in place, one sector, and synced before the call returns. Thread-safe. A
/// write or sync that failed is final: every later write throws, for nobody knows what the file
/// holds now.
public final class ControlStore implements AutoCloseable {

    private static final int PEEKS = 5;
    private static final long PEEK_PAUSE_NANOS = 10_000_000;

    private final DiskFile file;
    // Guarded by this, all three.
    private ControlFile controlFile;
    private Optional<LowWaterMark> lowWaterMark;
    private @Nullable IOException failure;

    private ControlStore(DiskFile file, ControlFile controlFile, Optional<LowWaterMark> lowWaterMark) {
        this.file = file;
        this.controlFile = controlFile;
        this.lowWaterMark = lowWaterMark;
    }

    /// Opens and reads a cluster's control file: from the device, not from a cache that may show what
    /// a failed sync never wrote.
    ///
    /// @throws WalCorruptException if it is empty, short, torn or of two clusters
    /// @throws IOException also if the cluster is half-way through a rewind
    public static ControlStore open(Disk disk, Path directory) throws IOException {
        if (disk.exists(ClusterLayout.rewind(directory))) {
            throw new IOException("a rewind of the cluster in \"" + directory + "\" was interrupted"
                    + "\nHINT: Run \"walctl rewind\" again, it goes on where it was.");
        }
        return openRewinding(disk, directory);
    }

    /// For the rewind itself, which nobody else may come between.
    public static ControlStore openRewinding(Disk disk, Path directory) throws IOException {
        Path path = ClusterLayout.control(directory);
        DiskFile file = disk.open(path, Set.of());
        try {
            file.sync();
            disk.syncDirectory(path.getParent());
            file.dropCache();
            return read(file, path.toString());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Reads the control file of a cluster that another process may be running, without changing
    /// anything. What is being rewritten just now is read again.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    public static ControlFile peek(Disk disk, World world, Path directory) throws IOException {
        Path path = ClusterLayout.control(directory);
        for (int tried = 1;; tried++) {
            try (DiskFile file = disk.open(path, Set.of(Disk.Open.READ_ONLY))) {
                ByteBuffer content = ByteBuffer.allocate(ControlFile.BYTES);
                file.read(content, 0);
                return ControlFile.read(content.flip(), path.toString());
            } catch (WalCorruptException e) {
                if (tried == PEEKS) {
                    throw e;
                }
                world.park(() -> false, PEEK_PAUSE_NANOS);
            }
        }
    }

    private static ControlStore read(DiskFile file, String name) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(ControlFile.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int length = file.read(content, 0);
        if (length != ControlFile.BYTES) {
            throw WalCorruptException.inFile(
                    "control file has " + length + " bytes, not " + ControlFile.BYTES, name,
                    "Restore global/pg_control from a backup, or restore the cluster.");
        }
        ControlFile controlFile = ControlFile.read(content.flip(), name);
        ByteBuffer sector = content.slice(LowWaterMark.OFFSET, LowWaterMark.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        return new ControlStore(file, controlFile, LowWaterMark.read(sector, controlFile.systemId(), name));
    }

    /// Creates the file under a temporary name, synced, and renames it: it is there whole, or not at
    /// all. It is durable when this returns.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is a control file
    public static void create(Disk disk, Path directory, ControlFile content) throws IOException {
        Path path = ClusterLayout.control(directory);
        if (disk.exists(path)) {
            throw new java.nio.file.FileAlreadyExistsException(path.toString());
        }
        Path temporary = path.resolveSibling(ClusterLayout.CONTROL + ".tmp");
        ByteBuffer whole = ByteBuffer.allocate(ControlFile.BYTES);
        whole.put(content.toSector().clear()).clear();
        try (DiskFile file = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.write(whole, 0);
            file.sync();
        }
        disk.rename(temporary, path);
        disk.syncDirectory(path.getParent());
    }

    /// As last read or written.
    public synchronized ControlFile controlFile() {
        return controlFile;
    }

    /// Empty in a cluster that never wrote one.
    public synchronized Optional<LowWaterMark> lowWaterMark() {
        return lowWaterMark;
    }

    /// Replaces the control file, durably. What it says must be durable already.
    public synchronized void write(ControlFile next) throws IOException {
        if (next.systemId() != controlFile.systemId() || next.segmentBytes() != controlFile.segmentBytes()) {
            throw new IllegalArgumentException("control file of another cluster");
        }
        writeSector(next.toSector(), 0);
        controlFile = next;
    }

    /// Replaces the low-water mark, durably. Only after all of the log before it is durable: it is
    /// believed over the log.
    public synchronized void write(LowWaterMark next) throws IOException {
        writeSector(next.toSector(controlFile.systemId()), LowWaterMark.OFFSET);
        lowWaterMark = Optional.of(next);
    }

    private void writeSector(ByteBuffer sector, long offset) throws IOException {
        if (failure != null) {
            throw new IOException("control file cannot be written any more after an earlier failure", failure);
        }
        try {
            file.write(sector.clear(), offset);
            file.syncData();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
