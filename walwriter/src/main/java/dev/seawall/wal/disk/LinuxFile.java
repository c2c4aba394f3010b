package dev.seawall.wal.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An open file of [LinuxDisk]: one descriptor.
///
/// The descriptor is given back only when no call is under way: its number is soon another file's,
/// and a write that came late would go there.
final class LinuxFile implements DiskFile {

    private static final int CLOSED = Integer.MIN_VALUE;
    // Memory that the kernel can't use as it is (heap, or not aligned) is copied in such pieces.
    private static final int STAGING_BYTES = 1 << 20;

    private final Path path;
    private final int fd;
    private final boolean isDirect;
    /// Calls under way, plus [#CLOSED] once close was asked for.
    private final AtomicInteger calls = new AtomicInteger();
    private volatile @Nullable Written written;

    /// The buffer that was written from last.
    private record Written(ByteBuffer buffer, long address) {}

    LinuxFile(Path path, int fd, boolean isDirect) {
        this.path = path;
        this.fd = fd;
        this.isDirect = isDirect;
    }

    /// For [IoUring], whose caller keeps the file open meanwhile.
    int descriptor() {
        return fd;
    }

    @Override
    public boolean isDirect() {
        return isDirect;
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        checkAlignment(into, offset);
        enter();
        try {
            return isUsable(into) ? readInPlace(into, offset) : readByCopy(into, offset);
        } finally {
            leave();
        }
    }

    private int readInPlace(ByteBuffer into, long offset) throws IOException {
        int read = read(MemorySegment.ofBuffer(into), offset);
        into.position(into.position() + read);
        return read;
    }

    private int readByCopy(ByteBuffer into, long offset) throws IOException {
        int done = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = staging(arena, into.remaining());
            while (into.hasRemaining()) {
                long wanted = Math.min(into.remaining(), staging.byteSize());
                int read = read(staging.asSlice(0, wanted), offset + done);
                into.put(staging.asSlice(0, read).asByteBuffer());
                done += read;
                if (read < wanted) {
                    break;
                }
            }
        }
        return done;
    }

    private int read(MemorySegment into, long offset) throws IOException {
        long wanted = into.byteSize();
        long done = 0;
        while (done < wanted) {
            long read = PosixCalls.pread(fd, done == 0 ? into : into.asSlice(done), wanted - done, offset + done);
            if (read < 0) {
                throw Errno.exception("pread", path, offset + done, (int) -read);
            }
            if (read == 0) {
                break;
            }
            done += read;
            if (isDirect && done % DIRECT_ALIGNMENT != 0) {
                // Only the end of the file cuts a direct read there; from here one can't go on.
                if (offset + done < PosixCalls.size(fd) && done < wanted) {
                    throw new IOException("pread of " + path + " at offset " + offset
                            + ": the direct read stopped at " + (offset + done));
                }
                break;
            }
        }
        return (int) done;
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        checkAlignment(from, offset);
        enter();
        try {
            if (from.isDirect() && isAligned(addressOf(from) + from.position())) {
                write(addressOf(from) + from.position(), from.remaining(), offset);
                from.position(from.limit());
                Reference.reachabilityFence(from);
            } else {
                writeByCopy(from, offset);
            }
        } finally {
            leave();
        }
    }

    private void writeByCopy(ByteBuffer from, long offset) throws IOException {
        long at = offset;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = staging(arena, from.remaining());
            while (from.hasRemaining()) {
                int length = (int) Math.min(from.remaining(), staging.byteSize());
                staging.asByteBuffer().put(from.slice(from.position(), length));
                write(staging.address(), length, at);
                from.position(from.position() + length);
                at += length;
            }
        }
    }

    /// Where the buffer's first byte lies, whatever its position. Remembered: the log's flusher comes with
    /// the same one again and again, and a segment for each write would be garbage.
    private long addressOf(ByteBuffer buffer) {
        Written known = written;
        if (known == null || known.buffer != buffer) {
            known = new Written(buffer, MemorySegment.ofBuffer(buffer.duplicate().clear()).address());
            written = known;
        }
        return known.address;
    }

    private void write(long address, long wanted, long offset) throws IOException {
        long done = 0;
        while (done < wanted) {
            long written = PosixCalls.pwrite(fd, address + done, wanted - done, offset + done);
            if (written < 0) {
                throw Errno.exception("pwrite", path, offset + done, (int) -written);
            }
            // A direct write goes on at the last whole block: the rest of it is written again.
            long advance = isDirect && done + written < wanted
                    ? written - written % DIRECT_ALIGNMENT : written;
            if (advance == 0) {
                throw new IOException("pwrite of " + path + " at offset " + (offset + done)
                        + ": wrote " + written + " of " + (wanted - done) + " bytes");
            }
            done += advance;
        }
    }

    @Override
    public void allocate(long offset, long length) throws IOException {
        enter();
        try {
            int result = PosixCalls.fallocate(fd,
                    PosixCalls.FALLOC_FL_ZERO_RANGE | PosixCalls.FALLOC_FL_KEEP_SIZE, offset, length);
            if (isUnsupported(result)) {
                result = PosixCalls.fallocate(fd, PosixCalls.FALLOC_FL_KEEP_SIZE, offset, length);
            }
            if (result < 0 && !isUnsupported(result)) {
                throw Errno.exception("fallocate", path, offset, -result);
            }
        } finally {
            leave();
        }
    }

    private static boolean isUnsupported(int result) {
        return result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS;
    }

    @Override
    public void truncate(long bytes) throws IOException {
        enter();
        try {
            check("ftruncate", PosixCalls.ftruncate(fd, bytes));
        } finally {
            leave();
        }
    }

    @Override
    public long size() throws IOException {
        enter();
        try {
            long size = PosixCalls.size(fd);
            check("lseek", size);
            return size;
        } finally {
            leave();
        }
    }

    @Override
    public void syncData() throws IOException {
        enter();
        try {
            check("fdatasync", PosixCalls.fdatasync(fd));
        } finally {
            leave();
        }
    }

    @Override
    public void sync() throws IOException {
        enter();
        try {
            check("fsync", PosixCalls.fsync(fd));
        } finally {
            leave();
        }
    }

    @Override
    public void startWriteback(long offset, long length) throws IOException {
        enter();
        try {
            int result = PosixCalls.startWriteback(fd, offset, length);
            // A kernel without the call has written nothing back, and lost nothing: the sync will.
            if (result != -Errno.ENOSYS) {
                check("sync_file_range", result);
            }
        } finally {
            leave();
        }
    }

    @Override
    public void dropCache() throws IOException {
        enter();
        try {
            check("posix_fadvise", PosixCalls.dropCache(fd));
        } finally {
            leave();
        }
    }

    @Override
    public boolean tryLock() throws IOException {
        enter();
        try {
            int result = PosixCalls.flock(fd);
            if (result == -Errno.EWOULDBLOCK) {
                return false;
            }
            check("flock", result);
            return true;
        } finally {
            leave();
        }
    }

    @Override
    public void close() throws IOException {
        int before = calls.getAndUpdate(n -> n | CLOSED);
        if (before == 0) {
            check("close", PosixCalls.close(fd));
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private void enter() {
        int now = calls.getAndUpdate(n -> n < 0 ? n : n + 1);
        if (now < 0) {
            throw new IllegalStateException("file is closed: " + path);
        }
    }

    private void leave() {
        if (calls.decrementAndGet() == CLOSED) {
            // Closed in the middle of this call. An error has no one left to be told to: whoever
            // cared for the bytes has synced.
            PosixCalls.close(fd);
        }
    }

    private void check(String call, long result) throws IOException {
        if (result < 0) {
            throw Errno.exception(call, path, (int) -result);
        }
    }

    private void checkAlignment(ByteBuffer buffer, long offset) {
        if (isDirect && (offset % DIRECT_ALIGNMENT != 0
                || buffer.remaining() % DIRECT_ALIGNMENT != 0)) {
            throw new IllegalArgumentException("direct transfer is not aligned: " + path
                    + " at offset " + offset + ", " + buffer.remaining() + " bytes");
        }
    }

    private boolean isUsable(ByteBuffer buffer) {
        return buffer.isDirect() && isAligned(MemorySegment.ofBuffer(buffer).address());
    }

    private boolean isAligned(long address) {
        return !isDirect || address % DIRECT_ALIGNMENT == 0;
    }

    private static MemorySegment staging(Arena arena, int bytes) {
        return arena.allocate(Math.min(Math.max(bytes, 1), STAGING_BYTES), DIRECT_ALIGNMENT);
    }
}
