package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/// A second name for a file; where that name is on another file system, a copy under it.
public final class SecondName {

    private static final int PIECE_BYTES = 1 << 20;

    private SecondName() {}

    /// The name is there with all the content or not at all, at every point of a crash; durable when its directory
    /// is synced.
    ///
    /// @param name      not taken
    /// @param temporary beside it, for a copy that is not whole yet; what is there is replaced
    public static void give(Disk disk, Path existing, Path name, Path temporary) throws IOException {
        if (disk.isOneFileSystem(existing, temporary.getParent())) {
            disk.link(existing, name);
            return;
        }
        try (DiskFile from = disk.open(existing, Set.of(Disk.Open.READ_ONLY));
                DiskFile to = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
            to.truncate(0);
            copy(from, to);
            to.sync();
        }
        disk.rename(temporary, name);
    }

    private static void copy(DiskFile from, DiskFile to) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        long at = 0;
        int read = from.read(piece.clear(), at);
        while (read > 0) {
            to.write(piece.flip(), at);
            at += read;
            read = from.read(piece.clear(), at);
        }
    }
}
