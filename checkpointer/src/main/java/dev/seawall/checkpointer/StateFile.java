package dev.seawall.checkpointer;

import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// `base/checkpointer.state`, open for as long as the checkpointer lives.
final class StateFile implements AutoCloseable {

    static final String FILE_NAME = "checkpointer.state";
    private static final String NEW_NAME = FILE_NAME + ".new";

    private final DiskFile file;
    private volatile CheckpointerState state;

    private StateFile(DiskFile file, CheckpointerState state) {
        this.file = file;
        this.state = state;
    }

    /// Creates the file in a new `base/`, durably and at once.
    static void create(Disk disk, Path base, CheckpointerState first) throws IOException {
        Path written = base.resolve(NEW_NAME);
        try (DiskFile file = disk.open(written, EnumSet.of(Disk.Open.CREATE))) {
            file.write(first.toFile(), 0);
            file.sync();
        }
        disk.rename(written, base.resolve(FILE_NAME));
        disk.syncDirectory(base);
    }

    /// Opens the file: syncs it and drops its cache, then reads it, so that it says what the disk
    /// has and not what an earlier process failed to write.
    static StateFile open(Disk disk, Path base) throws IOException {
        Path path = base.resolve(FILE_NAME);
        DiskFile file = openFile(disk, path);
        try {
            file.sync();
            file.dropCache();
            return new StateFile(file, newer(file, path));
        } catch (Throwable t) {
            file.close();
            throw t;
        }
    }

    /// Reads the state while another process has it, without changing anything.
    ///
    /// @throws WalCorruptException if there is none, or none that is intact
    static CheckpointerState peek(Disk disk, Path base) throws IOException {
        Path path = base.resolve(FILE_NAME);
        requireIn(disk, base);
        try (DiskFile file = disk.open(path, EnumSet.of(Disk.Open.READ_ONLY))) {
            return newer(file, path);
        }
    }

    private static CheckpointerState newer(DiskFile file, Path path) throws IOException {
        CheckpointerState a = read(file, 0);
        CheckpointerState b = read(file, CheckpointerState.SECTOR_DISTANCE);
        CheckpointerState newer = a == null || b != null && b.sequence() > a.sequence() ? b : a;
        if (newer == null) {
            throw WalCorruptException.inFile("checkpointer's state is damaged: neither sector is intact",
                    path.toString(), "Restore base/ from a base backup; redo needs to know where to begin.");
        }
        return newer;
    }

    private static DiskFile openFile(Disk disk, Path path) throws IOException {
        try {
            return disk.open(path, EnumSet.noneOf(Disk.Open.class));
        } catch (NoSuchFileException e) {
            throw missing(path);
        }
    }

    /// @throws WalCorruptException if there is none: whatever `base` is, it is not to be touched
    static void requireIn(Disk disk, Path base) throws IOException {
        Path path = base.resolve(FILE_NAME);
        if (!disk.exists(path)) {
            throw missing(path);
        }
    }

    private static WalCorruptException missing(Path path) {
        return WalCorruptException.inFile("checkpointer's state is missing", path.toString(),
                "Restore base/ from a base backup; redo needs to know where to begin.");
    }

    private static @Nullable CheckpointerState read(DiskFile file, long offset) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(CheckpointerState.SECTOR_BYTES);
        return file.read(sector, offset) < sector.capacity() ? null : CheckpointerState.read(sector);
    }

    CheckpointerState state() {
        return state;
    }

    /// Replaces the state; durable when this returns. The sector of the state before it is left alone.
    synchronized void update(UnaryOperator<CheckpointerState> change) throws IOException {
        CheckpointerState next = change.apply(state);
        file.write(next.toSector(), next.offset());
        file.syncData();
        state = next;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
