package dev.seawall.archiver.repository;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The moves on a repository's directories that puts and listings are made of. Thread-safe.
final class RepositoryFiles {

    static final String TEMPORARIES = "tmp";

    private final Disk disk;
    private final World world;
    private final Path root;
    private final Path temporaries;

    // Directories that this instance made sure of; a directory is never removed.
    private final Set<Path> durableDirectories = ConcurrentHashMap.newKeySet();
    // Directories whose sync failed here: what the next sync says of them would mean nothing.
    private final Set<Path> distrusted = ConcurrentHashMap.newKeySet();

    RepositoryFiles(Disk disk, World world, Path root) {
        this.disk = disk;
        this.world = world;
        this.root = root;
        this.temporaries = root.resolve(TEMPORARIES);
    }

    // Guarded by this.
    private boolean isPrepared;

    interface Visit {
        void file(String key, Path path) throws IOException;
    }

    Disk disk() {
        return disk;
    }

    /// Before the first put of this instance.
    private synchronized void prepare() throws IOException {
        if (!isPrepared) {
            ensureDirectory(temporaries);
            removeStaleTemporaries();
            isPrepared = true;
        }
    }

    /// Removes the temporary files of writers that died: those whose lock can be had.
    private void removeStaleTemporaries() throws IOException {
        for (String name : disk.list(temporaries)) {
            Path path = temporaries.resolve(name);
            try (DiskFile file = disk.open(path, Set.of())) {
                if (file.tryLock()) {
                    disk.delete(path);
                }
            } catch (NoSuchFileException e) {
                // Its writer finished in between, or another opener was faster.
            }
        }
    }

    /// A new temporary file, locked until it is closed.
    Temporary createTemporary() throws IOException {
        prepare();
        while (true) {
            Path path = temporaries.resolve(String.format("%016x", world.random().nextLong()));
            DiskFile file;
            try {
                file = disk.open(path, Set.of(Disk.Open.CREATE_NEW));
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            try {
                // Whoever clears away stale files may have taken it between creation and lock; it is
                // gone then.
                if (file.tryLock() && disk.exists(path)) {
                    return new Temporary(path, file);
                }
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
            file.close();
        }
    }

    record Temporary(Path path, DiskFile file) {}

    /// Creates a directory and its parents up to the root, durably.
    void ensureDirectory(Path directory) throws IOException {
        if (directory.equals(root) || durableDirectories.contains(directory)) {
            return;
        }
        ensureDirectory(directory.getParent());
        disk.createDirectory(directory);
        // Also if it was there before: its maker may have died before this.
        syncDirectory(directory.getParent());
        durableDirectories.add(directory);
    }

    /// Makes sure of a file that is there already, however it came there.
    void makeDurable(Path path) throws IOException {
        ensureDirectory(path.getParent());
        try (DiskFile file = disk.open(path, Set.of(Disk.Open.READ_ONLY))) {
            file.sync();
        }
        syncDirectory(path.getParent());
    }

    void syncDirectory(Path directory) throws IOException {
        if (distrusted.contains(directory)) {
            throw new IOException("directory " + directory + " is not trusted after a failed sync"
                    + "\nHINT: Check the disk, then restart the archiver.");
        }
        try {
            disk.syncDirectory(directory);
        } catch (IOException e) {
            distrusted.add(directory);
            throw e;
        }
    }

    /// Visits all files under a directory whose key can begin with the prefix; a directory that is
    /// not there has none.
    void walk(String directory, String prefix, Visit visit) throws IOException {
        Path path = directory.isEmpty() ? root : root.resolve(directory);
        Iterable<String> names;
        try {
            names = disk.list(path);
        } catch (NoSuchFileException e) {
            return;
        } catch (NotDirectoryException e) {
            visit.file(directory, path);
            return;
        }
        for (String name : names) {
            String key = directory.isEmpty() ? name : directory + "/" + name;
            boolean canMatch = key.startsWith(prefix) || prefix.startsWith(key + "/");
            if (canMatch && !key.equals(TEMPORARIES)) {
                walk(key, prefix, visit);
            }
        }
    }
}
