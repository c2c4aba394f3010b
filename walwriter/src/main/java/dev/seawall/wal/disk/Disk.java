package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Everything that Seawall asks of a file system.
///
/// Two implementations: `LinuxDisk`, and in tests `SimulatedDisk`, on which power is cut. A
/// call either did what it says or throws; what survives a crash is only what was synced, file
/// and directory both. Errors are [java.nio.file.NoSuchFileException],
/// [java.nio.file.FileAlreadyExistsException], [NoSpaceException] where they apply, else a plain
/// [IOException] with the call, the path and the system's words.
public interface Disk {

    /// How to open a file. Always close-on-exec and never following what another process created
    /// in between: [#CREATE_NEW] fails if the file exists.
    enum Open {
        /// Reading only; without it the file is opened for reading and writing.
        READ_ONLY,
        /// Create it if it is not there.
        CREATE,
        /// Create it; [java.nio.file.FileAlreadyExistsException] if it is there.
        CREATE_NEW,
        /// O_DIRECT: offsets and lengths must be multiples of [DiskFile#DIRECT_ALIGNMENT]; memory
        /// that is not, or is on the heap, costs a copy. On a file system without O_DIRECT the file
        /// is opened for the page cache instead, and [DiskFile#isDirect] says so.
        DIRECT,
        /// O_DSYNC: a write returns when its bytes are durable.
        DATA_SYNC,
        /// O_SYNC: a write returns when its bytes are durable, and all metadata of the file.
        SYNC
    }

    /// Who may do what with a file.
    ///
    /// @param owner the user's number
    /// @param mode  the nine bits, as chmod takes them
    record Permissions(int owner, int mode) {

        /// Whether nobody else can read or write it: others not at all, nor the group, except that what
        /// is root's may be lent to a group for reading, as systems do with the keys of certificates.
        public boolean isPrivate() {
            return (mode & 077) == 0 || owner == 0 && (mode & 037) == 0;
        }

        @Override
        public String toString() {
            return "mode %04o".formatted(mode);
        }
    }

    DiskFile open(Path path, Set<Open> how) throws IOException;

    boolean exists(Path path) throws IOException;

    /// Of the file that a symbolic link leads to.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    Permissions permissions(Path path) throws IOException;

    /// Plain names of a directory's entries, sorted.
    ///
    /// @throws java.nio.file.NotDirectoryException if it is a file
    List<String> list(Path directory) throws IOException;

    /// Creates a directory, mode 0700; no error if it is there. The parent must exist.
    void createDirectory(Path directory) throws IOException;

    /// Renames atomically, replacing what is at `to`. Durable after [#syncDirectory].
    void rename(Path from, Path to) throws IOException;

    /// A second name for a file.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if `name` is taken: the one way to claim a
    ///         name that two processes want
    void link(Path existing, Path name) throws IOException;

    /// Whether both, which exist, are on one file system: whether [#rename] and [#link] can do between them.
    boolean isOneFileSystem(Path one, Path other) throws IOException;

    /// Removes a file or an empty directory.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    void delete(Path path) throws IOException;

    /// Makes creations, renames and removals in this directory durable.
    void syncDirectory(Path directory) throws IOException;

    /// Bytes that can still be written on the file system of `path`.
    long freeBytes(Path path) throws IOException;
}
