package dev.seawall.wal.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Several writes and syncs under way at once, from one thread, by Linux's io_uring.
///
/// ```
/// write, write, syncData ...   prepared in the submission queue, each with a number of the caller's
/// submit(atLeast, ...)         handed to the kernel in one call, which waits for as many to end
/// ```
///
/// The kernel may do them in any order: two that touch one block must not be under way at once, and a sync
/// holds for those only that ended before it was submitted. Memory and files must stay until what uses them
/// has ended; [#close] waits for that. For one thread.
///
/// The log itself is not written by it: one write of all that waits was faster than several at once, whether
/// they were pieces of one flush or flushes that overlap. `waltestfsync` shows how it is on another disk.
public final class IoUring implements AutoCloseable {

    /// Told of each operation that ended.
    public interface Listener {
        void ended(long number);
    }

    // struct io_uring_sqe, 64 bytes.
    private static final long SQE_BYTES = 64;
    private static final long SQE_FD = 4;
    private static final long SQE_OFFSET = 8;
    private static final long SQE_ADDRESS = 16;
    private static final long SQE_LENGTH = 24;
    private static final long SQE_FLAGS = 28;
    private static final long SQE_USER = 32;
    private static final byte OP_FSYNC = 3;
    private static final byte OP_WRITE = 23;
    private static final int FSYNC_DATASYNC = 1;

    // struct io_uring_cqe, 16 bytes.
    private static final long CQE_BYTES = 16;
    private static final long CQE_RESULT = 8;

    private static final VarHandle INT = JAVA_INT.varHandle();

    private final UringCalls.Ring ring;
    /// How many bytes each operation under way must have written, and in which file, by its slot.
    private final int[] expected;
    private final LinuxFile[] files;
    private final long[] numbers;
    private final int[] freeSlots;
    private int freeCount;
    private int prepared;
    /// In the queue for the kernel, and not yet taken by it.
    private int handedOver;

    private IoUring(UringCalls.Ring ring) {
        this.ring = ring;
        int depth = ring.entries();
        this.expected = new int[depth];
        this.files = new LinuxFile[depth];
        this.numbers = new long[depth];
        this.freeSlots = new int[depth];
        for (int slot = 0; slot < depth; slot++) {
            freeSlots[freeCount++] = slot;
        }
    }

    /// @param depth how many may be under way; a power of two
    /// @throws IOException if this system has none, saying why
    public static IoUring open(int depth) throws IOException {
        UringCalls.Ring ring = UringCalls.setup(depth);
        return new IoUring(ring);
    }

    /// Why it cannot be used here; empty: it can.
    public static Optional<String> problem() {
        try {
            open(1).close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// How many more may be prepared now.
    public int room() {
        return freeCount;
    }

    /// Prepares a write of all remaining bytes, from memory outside the heap.
    public void write(DiskFile file, ByteBuffer from, long offset, long number) {
        MemorySegment memory = MemorySegment.ofBuffer(from);
        MemorySegment entry = prepare(OP_WRITE, file, from.remaining(), number);
        entry.set(JAVA_LONG, SQE_OFFSET, offset);
        entry.set(JAVA_LONG, SQE_ADDRESS, memory.address());
        entry.set(JAVA_INT, SQE_LENGTH, from.remaining());
    }

    /// Prepares an fdatasync.
    public void syncData(DiskFile file, long number) {
        prepare(OP_FSYNC, file, 0, number).set(JAVA_INT, SQE_FLAGS, FSYNC_DATASYNC);
    }

    private MemorySegment prepare(byte operation, DiskFile file, int bytes, long number) {
        if (freeCount == 0) {
            throw new IllegalStateException(numbers.length + " operations are under way already");
        }
        int slot = freeSlots[--freeCount];
        expected[slot] = bytes;
        files[slot] = (LinuxFile) file;
        numbers[slot] = number;
        int tail = (int) INT.get(ring.submissionTail(), 0L);
        int index = tail + prepared & ring.entries() - 1;
        MemorySegment entry = ring.submissions().asSlice(index * SQE_BYTES, SQE_BYTES);
        entry.fill((byte) 0);
        entry.set(JAVA_BYTE, 0, operation);
        entry.set(JAVA_INT, SQE_FD, files[slot].descriptor());
        entry.set(JAVA_LONG, SQE_USER, slot);
        ring.submissionArray().setAtIndex(JAVA_INT, index, index);
        prepared++;
        return entry;
    }

    /// Hands over what was prepared, and waits until as many operations as `atLeast` have ended.
    ///
    /// @throws IOException if one of them failed or wrote less than all; others go on
    public void submit(int atLeast, Listener listener) throws IOException {
        // Release: the kernel must see the entries before it sees that there are some.
        INT.setRelease(ring.submissionTail(), 0L, (int) INT.get(ring.submissionTail(), 0L) + prepared);
        handedOver += prepared;
        prepared = 0;
        int ended = 0;
        do {
            handedOver -= ring.enter(handedOver, Math.max(0, atLeast - ended));
            ended += reap(listener);
        } while (handedOver > 0 || ended < atLeast);
    }

    private int reap(Listener listener) throws IOException {
        int head = (int) INT.get(ring.completionHead(), 0L);
        int tail = (int) INT.getAcquire(ring.completionTail(), 0L);
        int count = tail - head;
        IOException failure = null;
        for (; head != tail; head++) {
            long at = (head & ring.completionMask()) * CQE_BYTES;
            int slot = (int) ring.completions().get(JAVA_LONG, at);
            int result = ring.completions().get(JAVA_INT, at + CQE_RESULT);
            freeSlots[freeCount++] = slot;
            if (result < 0) {
                failure = Errno.exception("io_uring", files[slot].toString(), -result);
            } else if (result != expected[slot]) {
                failure = new IOException("io_uring on " + files[slot] + ": wrote " + result + " of "
                        + expected[slot] + " bytes");
            } else {
                listener.ended(numbers[slot]);
            }
        }
        // Release: the kernel may use the places again.
        INT.setRelease(ring.completionHead(), 0L, head);
        if (failure != null) {
            throw failure;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        try {
            freeCount += prepared;
            prepared = 0;
            for (int failures = 0; freeCount < numbers.length && failures <= numbers.length; ) {
                try {
                    submit(numbers.length - freeCount, _ -> { });
                } catch (IOException e) {
                    // Nobody waits for it any more; what counts is that it has ended.
                    failures++;
                }
            }
        } finally {
            ring.close();
        }
    }
}
