package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// A disk on which the caller forgets something: each [Forgotten] is a bug planted in all code
/// above, so that a rig can prove that it would have caught it.
public final class ForgetfulDisk implements Disk {

    /// What is not done, or done wrongly, as if the code above had the bug.
    public enum Forgotten {
        /// No fsync or fdatasync, and no O_DSYNC.
        SYNC,
        /// sync_file_range taken for a sync.
        SYNC_BY_WRITEBACK_ONLY,
        /// No fsync of directories.
        DIRECTORY_SYNC,
        /// The cache is not dropped, and nobody reads past it.
        CACHE_DROP,
        /// A failed sync is made again, and then says OK.
        SYNC_ERROR,
        /// The descriptor that wrote is closed unsynced, and another is opened for the sync.
        DESCRIPTOR,
        /// Zeros are not written over what is there: sectors, or blocks in direct writes.
        ZEROING,
        /// A lock that everybody gets.
        LOCK
    }

    private final Disk disk;
    private final Forgotten bug;
    private final Predicate<Path> where;

    public ForgetfulDisk(Disk disk, Forgotten bug) {
        this(disk, bug, _ -> true);
    }

    /// With the bug only in what is done to some paths.
    public ForgetfulDisk(Disk disk, Forgotten bug, Predicate<Path> where) {
        this.disk = disk;
        this.bug = bug;
        this.where = where;
    }

    private boolean isForgotten(Forgotten what, Path path) {
        return bug == what && where.test(path);
    }

    @Override
    public DiskFile open(Path path, Set<Open> how) throws IOException {
        Set<Open> asked = how.isEmpty() ? EnumSet.noneOf(Open.class) : EnumSet.copyOf(how);
        if (isForgotten(Forgotten.SYNC, path)) {
            asked.remove(Open.DATA_SYNC);
            asked.remove(Open.SYNC);
        }
        if (isForgotten(Forgotten.CACHE_DROP, path) && how.contains(Open.READ_ONLY)) {
            asked.remove(Open.DIRECT);
        }
        return new ForgetfulFile(path, disk.open(path, asked));
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
        if (!isForgotten(Forgotten.DIRECTORY_SYNC, directory)) {
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

    private final class ForgetfulFile implements DiskFile {

        private final Path path;
        private final DiskFile file;

        ForgetfulFile(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        private interface Sync {
            void of(DiskFile file) throws IOException;
        }

        private void sync(Sync how) throws IOException {
            if (!where.test(path)) {
                how.of(file);
                return;
            }
            switch (bug) {
                case SYNC -> { }
                case SYNC_BY_WRITEBACK_ONLY -> file.startWriteback(0, file.size());
                case SYNC_ERROR -> syncStubbornly(how);
                case DESCRIPTOR -> {
                    try (DiskFile another = disk.open(path, Set.of())) {
                        how.of(another);
                    }
                }
                case DIRECTORY_SYNC, CACHE_DROP, ZEROING, LOCK -> how.of(file);
            }
        }

        private void syncStubbornly(Sync how) throws IOException {
            try {
                how.of(file);
            } catch (IOException _) {
                how.of(file);
            }
        }

        @Override
        public void syncData() throws IOException {
            sync(DiskFile::syncData);
        }

        @Override
        public void sync() throws IOException {
            sync(DiskFile::sync);
        }

        @Override
        public void dropCache() throws IOException {
            if (!isForgotten(Forgotten.CACHE_DROP, path)) {
                file.dropCache();
            }
        }

        @Override
        public boolean tryLock() throws IOException {
            return isForgotten(Forgotten.LOCK, path) || file.tryLock();
        }

        @Override
        public boolean isDirect() {
            return file.isDirect();
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return file.read(into, offset);
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            if (isForgotten(Forgotten.ZEROING, path)) {
                writeAllButZeros(from, offset);
            } else {
                file.write(from, offset);
            }
        }

        private void writeAllButZeros(ByteBuffer from, long offset) throws IOException {
            int unit = file.isDirect() ? SparsePages.PAGE_BYTES : SparsePages.SECTOR_BYTES;
            for (long at = offset; from.hasRemaining();) {
                int length = (int) Math.min(from.remaining(), unit - at % unit);
                ByteBuffer part = from.slice(from.position(), length);
                boolean isOver = at + length <= file.size();
                if (!isOver || part.mismatch(ByteBuffer.wrap(SparsePages.ZEROS, 0, length)) >= 0) {
                    file.write(part, at);
                }
                from.position(from.position() + length);
                at += length;
            }
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
        public void startWriteback(long offset, long length) throws IOException {
            file.startWriteback(offset, length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
