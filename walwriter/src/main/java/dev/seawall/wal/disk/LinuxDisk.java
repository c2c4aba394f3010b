package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The machine's file systems, by Linux's own calls. Stateless; any thread.
public final class LinuxDisk implements Disk {

    private static final int FILE_MODE = 0600;
    private static final int DIRECTORY_MODE = 0700;
    private static final String DEVICE = "unix:dev";

    /// Does what the first use of a disk would have to wait for, a tenth of a second: links the C library's calls. Any
    /// thread, beside whatever else begins.
    public static void link() {
        PosixCalls.access(Path.of("/"));
    }

    @Override
    public DiskFile open(Path path, Set<Open> how) throws IOException {
        int flags = PosixCalls.O_CLOEXEC;
        flags |= how.contains(Open.READ_ONLY) ? PosixCalls.O_RDONLY : PosixCalls.O_RDWR;
        if (how.contains(Open.CREATE_NEW)) {
            flags |= PosixCalls.O_CREAT | PosixCalls.O_EXCL;
        } else if (how.contains(Open.CREATE)) {
            flags |= PosixCalls.O_CREAT;
        }
        if (how.contains(Open.DATA_SYNC)) {
            flags |= PosixCalls.O_DSYNC;
        }
        if (how.contains(Open.SYNC)) {
            flags |= PosixCalls.O_SYNC;
        }
        boolean isDirect = how.contains(Open.DIRECT);
        int fd = PosixCalls.open(path, flags | (isDirect ? PosixCalls.O_DIRECT : 0), FILE_MODE);
        if (isDirect && fd == -Errno.EINVAL) {
            // A file system without O_DIRECT. Linux finds out after creating the file, so what
            // must be new has been made by the first call already.
            isDirect = false;
            fd = PosixCalls.open(path, flags & ~PosixCalls.O_EXCL, FILE_MODE);
        }
        if (fd < 0) {
            throw Errno.exception("open", path, -fd);
        }
        return new LinuxFile(path, fd, isDirect);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        int result = PosixCalls.access(path);
        if (result < 0 && result != -Errno.ENOENT) {
            // Not "no": a file that can't be looked at is not a file that isn't there.
            throw Errno.exception("access", path, -result);
        }
        return result == 0;
    }

    @Override
    public Permissions permissions(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode");
        return new Permissions((Integer) attributes.get("uid"), (Integer) attributes.get("mode") & 0777);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        int result = PosixCalls.mkdir(directory, DIRECTORY_MODE);
        if (result < 0 && !(result == -Errno.EEXIST && Files.isDirectory(directory))) {
            throw Errno.exception("mkdir", directory, -result);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check("rename", from, PosixCalls.rename(from, to));
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        int result = PosixCalls.link(existing, name);
        check("link", result == -Errno.EEXIST ? name : existing, result);
    }

    @Override
    public boolean isOneFileSystem(Path one, Path other) throws IOException {
        return Files.getAttribute(one, DEVICE).equals(Files.getAttribute(other, DEVICE));
    }

    @Override
    public void delete(Path path) throws IOException {
        int result = PosixCalls.unlink(path);
        check("unlink", path, result == -Errno.EISDIR ? PosixCalls.rmdir(path) : result);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        int fd = PosixCalls.open(directory,
                PosixCalls.O_RDONLY | PosixCalls.O_DIRECTORY | PosixCalls.O_CLOEXEC, 0);
        check("open", directory, fd);
        int synced = PosixCalls.fsync(fd);
        PosixCalls.close(fd);
        check("fsync", directory, synced);
    }

    @Override
    public long freeBytes(Path path) throws IOException {
        long free = PosixCalls.freeBytes(path);
        check("statvfs", path, free);
        return free;
    }

    private static void check(String call, Path path, long result) throws IOException {
        if (result < 0) {
            throw Errno.exception(call, path, (int) -result);
        }
    }
}
