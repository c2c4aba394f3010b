package dev.seawall.embedded;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// A disk on which some syncs are made too late: only when another one, which should come behind
/// them, is made. So the code above behaves as if it had them in the wrong order.
final class LateSyncDisk implements Disk {

    private interface Sync {
        void run() throws IOException;
    }

    private final Disk disk;
    private final Predicate<Path> late;
    private final Predicate<Path> until;
    private final boolean isJustBefore;
    private final List<Sync> putOff = new ArrayList<>();

    /// @param late         whose syncs are put off; files that are only read are synced at once
    /// @param until        whose sync brings them
    /// @param isJustBefore whether they are made in front of that one, or behind it
    LateSyncDisk(Disk disk, Predicate<Path> late, Predicate<Path> until, boolean isJustBefore) {
        this.disk = disk;
        this.late = late;
        this.until = until;
        this.isJustBefore = isJustBefore;
    }

    private void sync(Path path, Sync sync) throws IOException {
        if (late.test(path)) {
            putOff.add(sync);
        } else if (until.test(path)) {
            if (isJustBefore) {
                catchUp();
            }
            sync.run();
            catchUp();
        } else {
            sync.run();
        }
    }

    private void catchUp() throws IOException {
        for (Sync each : putOff) {
            each.run();
        }
        putOff.clear();
    }

    @Override
    public DiskFile open(Path path, Set<Open> how) throws IOException {
        DiskFile file = disk.open(path, how);
        return how.contains(Open.READ_ONLY) ? file : new LateFile(file, path);
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
        sync(directory, () -> disk.syncDirectory(directory));
    }

    @Override
    public Permissions permissions(Path path) throws IOException {
        return disk.permissions(path);
    }

    @Override
    public long freeBytes(Path path) throws IOException {
        return disk.freeBytes(path);
    }

    private final class LateFile implements DiskFile {

        private final DiskFile file;
        private final Path path;

        LateFile(DiskFile file, Path path) {
            this.file = file;
            this.path = path;
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
            LateSyncDisk.this.sync(path, file::syncData);
        }

        @Override
        public void sync() throws IOException {
            LateSyncDisk.this.sync(path, file::sync);
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
