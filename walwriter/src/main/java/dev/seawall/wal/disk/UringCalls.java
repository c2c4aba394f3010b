package dev.seawall.wal.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The two system calls of io_uring, which the C library does not have, and the memory that is shared with
/// the kernel.
@SuppressWarnings("restricted")
final class UringCalls {

    // The same on every architecture.
    private static final long SETUP = 425;
    private static final long ENTER = 426;
    private static final long GETEVENTS = 1;

    // struct io_uring_params, 120 bytes, and the offsets of the rings in it.
    private static final long PARAMS_BYTES = 120;
    private static final long SQ_ENTRIES = 0;
    private static final long CQ_ENTRIES = 4;
    private static final long SQ_OFF = 40;
    private static final long CQ_OFF = 80;
    // In both: u32 head, tail, ring_mask, ring_entries, then other things of each.
    private static final long TAIL = 4;
    private static final long MASK = 8;
    private static final long SQ_ARRAY = 24;
    private static final long CQ_CQES = 20;

    private static final long SQE_BYTES = 64;
    private static final long CQE_BYTES = 16;
    private static final long MAP_SUBMISSIONS = 0x10000000L;
    private static final long MAP_COMPLETION_RING = 0x8000000L;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;

    private static final int EPERM = 1;
    private static final int ENOMEM = 12;

    private static final MethodHandle SETUP_CALL = PosixCalls.handle("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(1));
    private static final MethodHandle ENTER_CALL = PosixCalls.handle("syscall", FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP = PosixCalls.handle("mmap", FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = PosixCalls.handle("munmap",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    private UringCalls() {}

    /// A ring and its memory.
    record Ring(int fd, int entries, MemorySegment submissionRing, MemorySegment submissions,
            MemorySegment completionRing, MemorySegment submissionTail, MemorySegment submissionArray,
            MemorySegment completionHead, MemorySegment completionTail, int completionMask,
            MemorySegment completions) {

        /// @return how many operations were taken
        int enter(int submit, int atLeast) throws IOException {
            long flags = atLeast > 0 ? GETEVENTS : 0;
            long taken = PosixCalls.once((_, captured) -> (long) ENTER_CALL.invokeExact(captured, ENTER, (long) fd,
                    (long) submit, (long) atLeast, flags, 0L, 0L));
            if (taken == -Errno.EINTR) {
                return 0;
            }
            if (taken < 0) {
                throw Errno.exception("io_uring_enter", "ring", (int) -taken);
            }
            return (int) taken;
        }

        void close() {
            unmap(submissions);
            unmap(submissionRing);
            unmap(completionRing);
            PosixCalls.close(fd);
        }
    }

    static Ring setup(int depth) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(PARAMS_BYTES, 8);
            long fd = PosixCalls.once((_, captured) ->
                    (long) SETUP_CALL.invokeExact(captured, SETUP, (long) depth, params));
            if (fd < 0) {
                throw new IOException("io_uring cannot be used here: " + why((int) -fd));
            }
            try {
                return map((int) fd, params);
            } catch (IOException e) {
                PosixCalls.close((int) fd);
                throw e;
            }
        }
    }

    private static String why(int errno) {
        return switch (errno) {
            case Errno.ENOSYS -> "this kernel has none, or a sandbox hides it (seccomp)";
            case EPERM -> "it is forbidden, by a sandbox (seccomp; containers and service managers do that) or by the"
                    + " sysctl kernel.io_uring_disabled";
            case ENOMEM -> "no memory may be locked for it (RLIMIT_MEMLOCK)";
            default -> PosixCalls.strerror(errno) + " (errno " + errno + ")";
        };
    }

    private static Ring map(int fd, MemorySegment params) throws IOException {
        int entries = params.get(JAVA_INT, SQ_ENTRIES);
        int completions = params.get(JAVA_INT, CQ_ENTRIES);
        int array = params.get(JAVA_INT, SQ_OFF + SQ_ARRAY);
        int cqes = params.get(JAVA_INT, CQ_OFF + CQ_CQES);
        MemorySegment submissionRing = map(fd, array + entries * 4L, 0);
        MemorySegment completionRing = map(fd, cqes + completions * CQE_BYTES, MAP_COMPLETION_RING);
        MemorySegment submissions = map(fd, entries * SQE_BYTES, MAP_SUBMISSIONS);
        return new Ring(fd, entries, submissionRing, submissions, completionRing,
                submissionRing.asSlice(params.get(JAVA_INT, SQ_OFF + TAIL), 4),
                submissionRing.asSlice(array, entries * 4L),
                completionRing.asSlice(params.get(JAVA_INT, CQ_OFF), 4),
                completionRing.asSlice(params.get(JAVA_INT, CQ_OFF + TAIL), 4),
                completionRing.get(JAVA_INT, params.get(JAVA_INT, CQ_OFF + MASK)),
                completionRing.asSlice(cqes, completions * CQE_BYTES));
    }

    private static MemorySegment map(int fd, long bytes, long offset) throws IOException {
        long address = PosixCalls.once((_, captured) -> (long) MMAP.invokeExact(captured, 0L, bytes, PROT_READ_WRITE,
                MAP_SHARED_POPULATE, fd, offset));
        if (address < 0 && address > -4096) {
            throw Errno.exception("mmap", "io_uring", (int) -address);
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    private static void unmap(MemorySegment memory) {
        PosixCalls.once((_, captured) -> (int) MUNMAP.invokeExact(captured, memory.address(), memory.byteSize()));
    }
}
