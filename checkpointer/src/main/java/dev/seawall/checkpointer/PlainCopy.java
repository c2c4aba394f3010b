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

    /// A directory with all that is in it.
    ///
    /// @param name what the receiver calls it
    void directory(Path directory, String name) throws IOException {
        for (String entry : disk.list(directory)) {
            Path path = directory.resolve(entry);
            try {
                directory(path, name + "/" + entry);
            } catch (NotDirectoryException e) {
                file(path, name + "/" + entry);
            }
        }
    }

    void file(Path path, String name) throws IOException {
        receiver.file(name);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (DiskFile file = disk.open(path, EnumSet.of(Disk.Open.READ_ONLY))) {
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
