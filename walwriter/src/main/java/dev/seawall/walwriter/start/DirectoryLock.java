package dev.seawall.walwriter.start;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/// One writer a directory: the lock of `seawall.lock`, held on an open descriptor.
///
/// The kernel frees it when the process ends, however it ends, so there is no stale lock to clear
/// and no process id to misread. The file itself means nothing and stays.
public final class DirectoryLock implements AutoCloseable {

    /// Another process, or another part of this one, has the directory open.
    public static final class InUseException extends IOException {

        private static final long serialVersionUID = 1L;

        InUseException(Path directory) {
            super("directory \"" + directory + "\" is in use by another Seawall process"
                    + "\nHINT: Stop the other one first; there is no lock file to remove,"
                    + " the lock ends with its holder.");
        }
    }

    private final DiskFile file;

    private DirectoryLock(DiskFile file) {
        this.file = file;
    }

    /// Takes the lock of a cluster's directory, before anything in it is read.
    ///
    /// @throws InUseException if somebody has it
    public static DirectoryLock take(Disk disk, Path directory) throws IOException {
        return take(disk, directory, ClusterLayout.lock(directory));
    }

    /// Takes the lock of a directory within it, that another process owns: `base/`.
    ///
    /// @param lock a file of no other meaning
    /// @throws InUseException if somebody has it
    public static DirectoryLock take(Disk disk, Path directory, Path lock) throws IOException {
        DiskFile file = disk.open(lock, Set.of(Disk.Open.CREATE));
        boolean isLocked = false;
        try {
            isLocked = file.tryLock();
        } finally {
            if (!isLocked) {
                file.close();
            }
        }
        if (!isLocked) {
            throw new InUseException(directory);
        }
        return new DirectoryLock(file);
    }

    /// Whether somebody has the directory open. Asks by taking the lock for a moment: who is just starting
    /// may find it taken, and says so; it is the price of a lock that the kernel frees.
    public static boolean isHeld(Disk disk, Path directory) throws IOException {
        Path lock = ClusterLayout.lock(directory);
        if (!disk.exists(lock)) {
            return false;
        }
        try (DiskFile file = disk.open(lock, Set.of())) {
            return !file.tryLock();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
