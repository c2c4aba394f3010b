package dev.seawall.walwriter.rewind;

import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/// A directory with all that is in it.
final class DirectoryTree {

    private DirectoryTree() {}

    /// Removes a file or directory. Not durable before the parent is synced; begun again, it goes on.
    static void remove(Disk disk, Path path) throws IOException {
        List<String> entries;
        try {
            entries = disk.list(path);
        } catch (NotDirectoryException e) {
            entries = List.of();
        }
        for (String entry : entries) {
            remove(disk, path.resolve(entry));
        }
        disk.delete(path);
    }
}
