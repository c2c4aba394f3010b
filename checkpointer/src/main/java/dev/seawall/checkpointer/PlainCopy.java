package dev.seawall.checkpointer;

import dev.seawall.archiver.PageCopy;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.EnumSet;

/// Hands files over as they are, while nobody changes them.
record PlainCopy(Disk disk, PageCopy.Receiver receiver) {

    private static final int CHUNK_BYTES = 1 << 20;

    /// Told of a file.
    @FunctionalInterface
    interface Visit {
        void file(Path path, String name) throws IOException;
    }

    /// Visits all files of a directory and of those in it.
    ///
    /// @param name what the directory is called
    static void walk(Disk disk, Path directory, String name, Visit visit) throws IOException {
        for (String entry : disk.list(directory)) {
            Path path = directory.resolve(entry);
            try {
                walk(disk, path, name + "/" + entry, visit);
            } catch (NotDirectoryException e) {
                visit.file(path, name + "/" + entry);
            }
        }
    }

    /// A directory with all that is in it.
    ///
    /// @param name what the receiver calls it
    void directory(Path directory, String name) throws IOException {
        walk(disk, directory, name, this::file);
    }

    void file(Path path, String name) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (DiskFile file = disk.open(path, EnumSet.of(Disk.Open.READ_ONLY))) {
            receiver.file(name, file.size());
            long offset = 0;
            int read = file.read(chunk, 0);
            while (read > 0) {
                receiver.bytes(chunk.flip());
                offset += read;
                read = file.read(chunk.clear(), offset);
            }
        }
    }
}
