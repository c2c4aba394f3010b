package dev.seawall.wal.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;

/// The C library's file calls: each method is one call and returns its result, or the negated
/// errno. Nothing is decided here, except that a call interrupted by a signal is made again.
@SuppressWarnings("restricted")
final class PosixCalls {

    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_DSYNC = 010000;
    static final int O_SYNC = 04010000;
    static final int O_CLOEXEC = 02000000;
    // The two flags that x86-64 and aarch64 number differently.
    static final int O_DIRECT = isArm() ? 0200000 : 040000;
    static final int O_DIRECTORY = isArm() ? 040000 : 0200000;

    static final int FALLOC_FL_KEEP_SIZE = 0x01;
    static final int FALLOC_FL_ZERO_RANGE = 0x10;

    private static final int SEEK_END = 2;
    private static final int F_OK = 0;
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    private static final int POSIX_FADV_DONTNEED = 4;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    // struct statvfs of 64-bit Linux: unsigned longs f_bsize, f_frsize, f_blocks, f_bfree, f_bavail.
    private static final long STATVFS_BYTES = 112;
    private static final long STATVFS_FRSIZE = 8;
    private static final long STATVFS_BAVAIL = 32;

    // The Path's own encoding: the bytes must be those that java.nio.file reads and lists.
    private static final Charset PATH_CHARSET =
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private static final MethodHandle OPEN = handle("open", FunctionDescriptor.of(JAVA_INT,
            ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = handle("close",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle PREAD = handle("pread",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE = handle("pwrite",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FSYNC = handle("fsync",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FDATASYNC = handle("fdatasync",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FALLOCATE = handle("fallocate",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SYNC_FILE_RANGE = handle("sync_file_range",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POSIX_FADVISE = handle("posix_fadvise",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FTRUNCATE = handle("ftruncate",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle LSEEK = handle("lseek",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FLOCK = handle("flock",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCESS = handle("access",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MKDIR = handle("mkdir",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RENAME = handle("rename",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle LINK = handle("link",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle UNLINK = handle("unlink",
            FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle RMDIR = handle("rmdir",
            FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle STATVFS = handle("statvfs",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle STRERROR = LINKER.downcallHandle(sym("strerror"),
            FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private PosixCalls() {}

    /// One call, given the memory that receives errno.
    interface Call {
        long make(MemorySegment captured) throws Throwable;
    }

    /// One call that needs more memory, such as a path's characters.
    interface CallWithMemory {
        long make(Arena arena, MemorySegment captured) throws Throwable;
    }

    /// Memory for errno of threads that make many calls, so that a write of the log allocates nothing.
    private static final ThreadLocal<MemorySegment> ERRNO_OF_THREAD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    static int open(Path path, int flags, int mode) {
        return (int) interruptible((arena, captured) -> (int) OPEN.invokeExact(
                captured, chars(arena, path), flags, mode));
    }

    /// Never made again: Linux has given the descriptor back even when it says EINTR.
    static int close(int fd) {
        int result = (int) once(captured -> (int) CLOSE.invokeExact(captured, fd));
        return result == -Errno.EINTR ? 0 : result;
    }

    static long pread(int fd, MemorySegment into, long length, long offset) {
        return interruptible(captured ->
                (long) PREAD.invokeExact(captured, fd, into, length, offset));
    }

    /// @param from the address of memory that is kept reachable meanwhile
    static long pwrite(int fd, long from, long length, long offset) {
        return interruptible(captured ->
                (long) PWRITE.invokeExact(captured, fd, from, length, offset));
    }

    static int fsync(int fd) {
        return (int) interruptible(captured -> (int) FSYNC.invokeExact(captured, fd));
    }

    static int fdatasync(int fd) {
        return (int) interruptible(captured -> (int) FDATASYNC.invokeExact(captured, fd));
    }

    static int fallocate(int fd, int mode, long offset, long length) {
        return (int) interruptible(captured ->
                (int) FALLOCATE.invokeExact(captured, fd, mode, offset, length));
    }

    static int startWriteback(int fd, long offset, long length) {
        return (int) interruptible(captured -> (int) SYNC_FILE_RANGE.invokeExact(
                captured, fd, offset, length, SYNC_FILE_RANGE_WRITE));
    }

    /// posix_fadvise returns its error instead of setting errno.
    static int dropCache(int fd) {
        return (int) once(captured -> -(int) POSIX_FADVISE.invokeExact(
                captured, fd, 0L, 0L, POSIX_FADV_DONTNEED));
    }

    static int ftruncate(int fd, long bytes) {
        return (int) interruptible(captured ->
                (int) FTRUNCATE.invokeExact(captured, fd, bytes));
    }

    /// By lseek: its struct-free, and no call here uses the descriptor's own position.
    static long size(int fd) {
        return once(captured -> (long) LSEEK.invokeExact(captured, fd, 0L, SEEK_END));
    }

    static int flock(int fd) {
        return (int) interruptible(captured ->
                (int) FLOCK.invokeExact(captured, fd, LOCK_EX | LOCK_NB));
    }

    static int access(Path path) {
        return (int) once((arena, captured) ->
                (int) ACCESS.invokeExact(captured, chars(arena, path), F_OK));
    }

    static int mkdir(Path path, int mode) {
        return (int) once((arena, captured) ->
                (int) MKDIR.invokeExact(captured, chars(arena, path), mode));
    }

    static int rename(Path from, Path to) {
        return (int) once((arena, captured) -> (int) RENAME.invokeExact(
                captured, chars(arena, from), chars(arena, to)));
    }

    static int link(Path existing, Path name) {
        return (int) once((arena, captured) -> (int) LINK.invokeExact(
                captured, chars(arena, existing), chars(arena, name)));
    }

    static int unlink(Path path) {
        return (int) once((arena, captured) ->
                (int) UNLINK.invokeExact(captured, chars(arena, path)));
    }

    static int rmdir(Path path) {
        return (int) once((arena, captured) ->
                (int) RMDIR.invokeExact(captured, chars(arena, path)));
    }

    /// Bytes free for this user.
    static long freeBytes(Path path) {
        return once((arena, captured) -> {
            MemorySegment stat = arena.allocate(STATVFS_BYTES, 8);
            int result = (int) STATVFS.invokeExact(captured, chars(arena, path), stat);
            return result < 0 ? result
                    : stat.get(JAVA_LONG, STATVFS_FRSIZE) * stat.get(JAVA_LONG, STATVFS_BAVAIL);
        });
    }

    static String strerror(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable t) {
            throw new AssertionError("strerror is not callable", t);
        }
    }

    /// Makes a call again as long as signals interrupt it.
    static long interruptible(Call call) {
        long result;
        do {
            result = once(call);
        } while (result == -Errno.EINTR);
        return result;
    }

    static long interruptible(CallWithMemory call) {
        long result;
        do {
            result = once(call);
        } while (result == -Errno.EINTR);
        return result;
    }

    /// Makes a call that must not be made again by itself.
    static long once(Call call) {
        if (Thread.currentThread().isVirtual()) {
            // Of which there may be thousands, that make one call each.
            return once((_, captured) -> call.make(captured));
        }
        MemorySegment captured = ERRNO_OF_THREAD.get();
        try {
            return result(call.make(captured), captured);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long once(CallWithMemory call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(CAPTURED);
            return result(call.make(arena, captured), captured);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long result(long returned, MemorySegment captured) {
        return returned == -1 ? -(int) ERRNO.get(captured, 0L) : returned;
    }

    private static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> throw new AssertionError("a call to the C library threw", t);
        };
    }

    private static MemorySegment chars(Arena arena, Path path) {
        return arena.allocateFrom(path.toString(), PATH_CHARSET);
    }

    static MethodHandle handle(
            String name, FunctionDescriptor signature, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(sym(name), signature, all);
    }

    /// The one place where a symbol is looked up: by dlsym(RTLD_DEFAULT), the program's own order
    /// of libraries, so that a library preloaded to inject faults is seen. The linker's default
    /// lookup goes around it.
    private static MemorySegment sym(String name) {
        MethodHandle dlsym = LINKER.downcallHandle(
                LINKER.defaultLookup().find("dlsym").orElseThrow(),
                FunctionDescriptor.of(ADDRESS, JAVA_LONG, ADDRESS));
        MemorySegment found;
        try (Arena arena = Arena.ofConfined()) {
            found = (MemorySegment) dlsym.invokeExact(0L, arena.allocateFrom(name));
        } catch (Throwable t) {
            throw new AssertionError("dlsym is not callable", t);
        }
        if (found.address() == 0) {
            throw new UnsatisfiedLinkError("the C library has no " + name);
        }
        return found;
    }

    private static boolean isArm() {
        String architecture = System.getProperty("os.arch");
        return switch (architecture) {
            case "amd64" -> false;
            case "aarch64" -> true;
            default -> throw new UnsatisfiedLinkError(
                    "system call constants are known for amd64 and aarch64, not " + architecture);
        };
    }
}
