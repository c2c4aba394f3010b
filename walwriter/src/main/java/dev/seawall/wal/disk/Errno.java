package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Linux's error numbers, the same on x86-64 and aarch64, and the exceptions they become.
final class Errno {

    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EWOULDBLOCK = 11;
    static final int EEXIST = 17;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    private Errno() {}

    /// The exception for a failed call, by the contract of [Disk].
    static IOException exception(String call, Path path, int errno) {
        return exception(call, path.toString(), errno);
    }

    static IOException exception(String call, Path path, long offset, int errno) {
        return exception(call, path + " at offset " + offset, errno);
    }

    static IOException exception(String call, String place, int errno) {
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(place, null, call + ": " + text(errno));
            case EEXIST -> new FileAlreadyExistsException(place, null, call + ": " + text(errno));
            case ENOSPC, EDQUOT -> new NoSpaceException(call + " of " + place + ": " + text(errno));
            default -> new IOException(call + " of " + place + ": " + text(errno));
        };
    }

    private static String text(int errno) {
        return PosixCalls.strerror(errno) + " (errno " + errno + ")";
    }
}
