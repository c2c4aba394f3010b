package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/// A directory with all that is in it.
public final class FileTree {

    private FileTree() {}

    /// Removes a file, or a directory with all that is in it; no error if there is none. Durable when the
    /// parent is synced; begun again after a crash, it goes on.
    public static void remove(Disk disk, Path path) throws IOException {
        List<String> entries;
        try {
            entries = disk.list(path);
        } catch (NotDirectoryException e) {
            entries = List.of();
        } catch (NoSuchFileException e) {
            return;
        }
        for (String entry : entries) {
            remove(disk, path.resolve(entry));
        }
        disk.delete(path);
    }
}
