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
import java.lang.ref.Reference;
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
    private static final long ERRNO =
            CAPTURED.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    // struct statvfs of 64-bit Linux: unsigned longs f_bsize, f_frsize, f_blocks, f_bfree, f_bavail.
    private static final long STATVFS_BYTES = 112;
    private static final long STATVFS_FRSIZE = 8;
    private static final long STATVFS_BAVAIL = 32;

    // The Path's own encoding: the bytes must be those that java.nio.file reads and lists.
    private static final Charset PATH_CHARSET =
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    // One shape for all, since the linker makes code for each, which for fifteen took a fifth of a process's start.
    // Whole numbers and addresses are passed in registers: a function looks only at those that it has arguments for,
    // and there only at as many bits as these have. What it returns is to be cut to its own type. That goes for open
    // too, whose last argument is optional: Linux passes such a one no differently if it is a whole number.
    private static final FunctionDescriptor UP_TO_FOUR =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    /// By dlsym(RTLD_DEFAULT), the program's own order of libraries, so that a library preloaded to inject faults
    /// is seen. The linker's default lookup goes around it.
    private static final MethodHandle DLSYM = handle(LINKER.defaultLookup().find("dlsym").orElseThrow(), UP_TO_FOUR);

    private static final MethodHandle OPEN = handle("open", UP_TO_FOUR);
    private static final MethodHandle PREAD = handle("pread", UP_TO_FOUR);
    private static final MethodHandle CLOSE = handle("close", UP_TO_FOUR);
    private static final MethodHandle PWRITE = handle("pwrite", UP_TO_FOUR);
    private static final MethodHandle FSYNC = handle("fsync", UP_TO_FOUR);
    private static final MethodHandle FDATASYNC = handle("fdatasync", UP_TO_FOUR);
    private static final MethodHandle FALLOCATE = handle("fallocate", UP_TO_FOUR);
    private static final MethodHandle SYNC_FILE_RANGE = handle("sync_file_range", UP_TO_FOUR);
    private static final MethodHandle POSIX_FADVISE = handle("posix_fadvise", UP_TO_FOUR);
    private static final MethodHandle FTRUNCATE = handle("ftruncate", UP_TO_FOUR);
    private static final MethodHandle LSEEK = handle("lseek", UP_TO_FOUR);
    private static final MethodHandle FLOCK = handle("flock", UP_TO_FOUR);
    private static final MethodHandle ACCESS = handle("access", UP_TO_FOUR);
    private static final MethodHandle MKDIR = handle("mkdir", UP_TO_FOUR);
    private static final MethodHandle RENAME = handle("rename", UP_TO_FOUR);
    private static final MethodHandle LINK = handle("link", UP_TO_FOUR);
    private static final MethodHandle UNLINK = handle("unlink", UP_TO_FOUR);
    private static final MethodHandle RMDIR = handle("rmdir", UP_TO_FOUR);
    private static final MethodHandle STATVFS = handle("statvfs", UP_TO_FOUR);

    /// Only where something went wrong.
    private static final class Words {
        static final MethodHandle STRERROR = LINKER.downcallHandle(sym("strerror"),
                FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

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
        return (int) interruptible((arena, captured) -> (int) (long) OPEN.invokeExact(
                captured, address(arena, path), (long) flags, (long) mode, 0L));
    }

    /// Never made again: Linux has given the descriptor back even when it says EINTR.
    static int close(int fd) {
        int result = (int) once(captured -> (int) (long) CLOSE.invokeExact(captured, (long) fd, 0L, 0L, 0L));
        return result == -Errno.EINTR ? 0 : result;
    }

    /// @param into off the heap, and kept by the caller meanwhile
    static long pread(int fd, MemorySegment into, long length, long offset) {
        long to = into.address();
        try {
            return interruptible(captured -> (long) PREAD.invokeExact(captured, (long) fd, to, length, offset));
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /// @param from the address of memory that is kept reachable meanwhile
    static long pwrite(int fd, long from, long length, long offset) {
        return interruptible(captured ->
                (long) PWRITE.invokeExact(captured, (long) fd, from, length, offset));
    }

    static int fsync(int fd) {
        return (int) interruptible(captured -> (int) (long) FSYNC.invokeExact(captured, (long) fd, 0L, 0L, 0L));
    }

    static int fdatasync(int fd) {
        return (int) interruptible(captured -> (int) (long) FDATASYNC.invokeExact(captured, (long) fd, 0L, 0L, 0L));
    }

    static int fallocate(int fd, int mode, long offset, long length) {
        return (int) interruptible(captured ->
                (int) (long) FALLOCATE.invokeExact(captured, (long) fd, (long) mode, offset, length));
    }

    static int startWriteback(int fd, long offset, long length) {
        return (int) interruptible(captured -> (int) (long) SYNC_FILE_RANGE.invokeExact(
                captured, (long) fd, offset, length, (long) SYNC_FILE_RANGE_WRITE));
    }

    /// posix_fadvise returns its error instead of setting errno.
    static int dropCache(int fd) {
        return (int) once(captured -> -(int) (long) POSIX_FADVISE.invokeExact(
                captured, (long) fd, 0L, 0L, (long) POSIX_FADV_DONTNEED));
    }

    static int ftruncate(int fd, long bytes) {
        return (int) interruptible(captured ->
                (int) (long) FTRUNCATE.invokeExact(captured, (long) fd, bytes, 0L, 0L));
    }

    /// By lseek: its struct-free, and no call here uses the descriptor's own position.
    static long size(int fd) {
        return once(captured -> (long) LSEEK.invokeExact(captured, (long) fd, 0L, (long) SEEK_END, 0L));
    }

    static int flock(int fd) {
        return (int) interruptible(captured ->
                (int) (long) FLOCK.invokeExact(captured, (long) fd, (long) (LOCK_EX | LOCK_NB), 0L, 0L));
    }

    static int access(Path path) {
        return (int) once((arena, captured) ->
                (int) (long) ACCESS.invokeExact(captured, address(arena, path), (long) F_OK, 0L, 0L));
    }

    static int mkdir(Path path, int mode) {
        return (int) once((arena, captured) ->
                (int) (long) MKDIR.invokeExact(captured, address(arena, path), (long) mode, 0L, 0L));
    }

    static int rename(Path from, Path to) {
        return (int) once((arena, captured) -> (int) (long) RENAME.invokeExact(
                captured, address(arena, from), address(arena, to), 0L, 0L));
    }

    static int link(Path existing, Path name) {
        return (int) once((arena, captured) -> (int) (long) LINK.invokeExact(
                captured, address(arena, existing), address(arena, name), 0L, 0L));
    }

    static int unlink(Path path) {
        return (int) once((arena, captured) ->
                (int) (long) UNLINK.invokeExact(captured, address(arena, path), 0L, 0L, 0L));
    }

    static int rmdir(Path path) {
        return (int) once((arena, captured) ->
                (int) (long) RMDIR.invokeExact(captured, address(arena, path), 0L, 0L, 0L));
    }

    /// Bytes free for this user.
    static long freeBytes(Path path) {
        return once((arena, captured) -> {
            MemorySegment stat = arena.allocate(STATVFS_BYTES, 8);
            int result = (int) (long) STATVFS.invokeExact(captured, address(arena, path), stat.address(), 0L, 0L);
            return result < 0 ? result
                    : stat.get(JAVA_LONG, STATVFS_FRSIZE) * stat.get(JAVA_LONG, STATVFS_BAVAIL);
        });
    }

    static String strerror(int errno) {
        try {
            MemorySegment text = (MemorySegment) Words.STRERROR.invokeExact(errno);
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
        return returned == -1 ? -captured.get(JAVA_INT, ERRNO) : returned;
    }

    private static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> throw new AssertionError("a call to the C library threw", t);
        };
    }

    private static long address(Arena arena, Path path) {
        return chars(arena, path).address();
    }

    private static MemorySegment chars(Arena arena, Path path) {
        return arena.allocateFrom(path.toString(), PATH_CHARSET);
    }

    static MethodHandle handle(
            String name, FunctionDescriptor signature, Linker.Option... options) {
        return handle(sym(name), signature, options);
    }

    private static MethodHandle handle(
            MemorySegment function, FunctionDescriptor signature, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(function, signature, all);
    }

    /// The one place where a symbol is looked up.
    private static MemorySegment sym(String name) {
        long found;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ignored = arena.allocate(CAPTURED);
            found = (long) DLSYM.invokeExact(ignored, 0L, arena.allocateFrom(name).address(), 0L, 0L);
        } catch (Throwable t) {
            throw new AssertionError("dlsym is not callable", t);
        }
        if (found == 0) {
            throw new UnsatisfiedLinkError("the C library has no " + name);
        }
        return MemorySegment.ofAddress(found);
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
