package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/// A small text file in UTF-8, read and replaced as a whole.
public final class SmallFile {

    private static final long MAX_BYTES = 64 << 20;

    private SmallFile() {}

    /// @throws java.nio.file.NoSuchFileException if there is none
    public static String read(Disk disk, Path file) throws IOException {
        try (DiskFile open = disk.open(file, Set.of(Disk.Open.READ_ONLY))) {
            long size = open.size();
            if (size > MAX_BYTES) {
                throw new IOException(
                        "file \"" + file + "\" has " + size + " bytes, at most " + MAX_BYTES + " expected");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            open.read(bytes, 0);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }

    /// Replaces the file, or makes it; durable on return. Written under a temporary name, synced, then
    /// renamed, then the directory synced: at every point of a crash there is the old file or the new
    /// one. One thread at a time for the same file.
    public static void replace(Disk disk, Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        if (disk.exists(temporary)) {
            // Left by a crash; made anew, so that it has our mode.
            disk.delete(temporary);
        }
        try (DiskFile open = disk.open(temporary, Set.of(Disk.Open.CREATE_NEW))) {
            open.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            open.sync();
        }
        disk.rename(temporary, file);
        disk.syncDirectory(file.getParent());
    }
}
