package dev.seawall.checkpointer;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A disk that leaves calls out or puts them off, so that code above it behaves as if it had a bug.
final class DisobedientDisk implements Disk {

    /// The bugs. Leaving out the sync or the cache drop of relations' files at a start is none of
    /// them: whatever was in doubt is in the double-write file, and is written and synced again.
    enum Bug {
        NONE,
        /// Files of relations are never synced after they were written.
        NO_FINAL_SYNC,
        /// Neither are the directories that new ones were created in.
        NO_DIRECTORY_SYNC,
        /// Pages go in place before their copies are durable.
        NO_DOUBLE_WRITE_SYNC,
        /// Slots are written over before the files that their pages went to are synced.
        DOUBLE_WRITE_REUSED_TOO_EARLY,
        /// The new redo point is durable before the pages are.
        STATE_BEFORE_DATA,
        /// The state is reported before it is durable.
        NO_STATE_SYNC,
        /// A start does not look into the double-write file.
        NO_RESTORE,
        /// A failed sync counts as done.
        SYNC_ERROR_IGNORED,
        /// A file is closed after it was written and opened again to be synced: errors go unheard.
        REOPENED_FOR_SYNC,
        /// The redo point is where redo is at the end of the checkpoint. Not this disk's doing.
        REDO_POINT_AT_THE_END,
        /// The redo point leaves unfinished transactions out of account. Not this disk's doing.
        UNFINISHED_TRANSACTIONS_FORGOTTEN,
        /// The redo point leaves engines out of account. Not this disk's doing.
        ENGINES_FORGOTTEN
    }

    private interface Action {
        void run() throws IOException;
    }

    private final Disk disk;
    private final Bug bug;
    private final List<Action> putOff = new ArrayList<>();

    DisobedientDisk(Disk disk, Bug bug) {
        this.disk = disk;
        this.bug = bug;
    }

    private void catchUp() throws IOException {
        for (Action action : putOff) {
            action.run();
        }
        putOff.clear();
    }

    private static boolean isRelation(Path path) {
        return path.getFileName().toString().startsWith("16");
    }

    private static boolean isNamed(Path path, String name) {
        return path.getFileName().toString().equals(name);
    }

    @Override
    public DiskFile open(Path path, Set<Open> how) throws IOException {
        return new Disobedient(disk.open(path, how), path, how.contains(Open.READ_ONLY));
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        disk.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        disk.link(existing, name);
    }

    @Override
    public boolean isOneFileSystem(Path one, Path other) throws IOException {
        return disk.isOneFileSystem(one, other);
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (bug != Bug.NO_DIRECTORY_SYNC || !isNamed(directory, "5") && !isNamed(directory, "base")) {
            disk.syncDirectory(directory);
        }
    }

    @Override
    public Permissions permissions(Path path) throws IOException {
        return disk.permissions(path);
    }

    @Override
    public long freeBytes(Path path) throws IOException {
        return disk.freeBytes(path);
    }

    private final class Disobedient implements DiskFile {

        private DiskFile file;
        private final Path path;
        private final boolean isStarting;

        Disobedient(DiskFile file, Path path, boolean isStarting) {
            this.file = file;
            this.path = path;
            this.isStarting = isStarting;
        }

        @Override
        public boolean isDirect() {
            return file.isDirect();
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return bug == Bug.NO_RESTORE && isNamed(path, "double_write") && offset >= 8192
                    ? 0 : file.read(into, offset);
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            file.write(from, offset);
        }

        @Override
        public void allocate(long offset, long length) throws IOException {
            file.allocate(offset, length);
        }

        @Override
        public void truncate(long bytes) throws IOException {
            file.truncate(bytes);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void syncData() throws IOException {
            boolean isState = isNamed(path, StateFile.FILE_NAME);
            boolean isDoubleWrite = isNamed(path, "double_write");
            if (bug == Bug.NO_DOUBLE_WRITE_SYNC && isDoubleWrite || bug == Bug.NO_STATE_SYNC && isState) {
                return;
            }
            if (isState && bug == Bug.DOUBLE_WRITE_REUSED_TOO_EARLY) {
                catchUp();
            }
            file.syncData();
            if (isState && bug == Bug.STATE_BEFORE_DATA) {
                catchUp();
            }
        }

        @Override
        public void sync() throws IOException {
            if (!isRelation(path)) {
                file.sync();
            } else if (isStarting) {
                file.sync();
            } else if (bug == Bug.REOPENED_FOR_SYNC) {
                file.close();
                file = disk.open(path, Set.of());
                file.sync();
            } else if (bug == Bug.STATE_BEFORE_DATA || bug == Bug.DOUBLE_WRITE_REUSED_TOO_EARLY) {
                putOff.add(file::sync);
            } else if (bug == Bug.SYNC_ERROR_IGNORED) {
                try {
                    file.sync();
                } catch (IOException _) {
                    // That is the bug.
                }
            } else if (bug != Bug.NO_FINAL_SYNC) {
                file.sync();
            }
        }

        @Override
        public void startWriteback(long offset, long length) throws IOException {
            file.startWriteback(offset, length);
        }

        @Override
        public void dropCache() throws IOException {
            file.dropCache();
        }

        @Override
        public boolean tryLock() throws IOException {
            return file.tryLock();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
