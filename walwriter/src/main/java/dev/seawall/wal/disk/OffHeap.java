package dev.seawall.wal.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.core.io.IOTools;

/// Chronicle memory outside the heap, aligned for O_DIRECT, with bounded views for the disk.
///
/// One owner allocates and closes it; its views die with it, and nothing but that owner's care
/// keeps them from being used afterwards. What an owner lost unclosed, as a start does that failed
/// half-way, is freed when neither it nor a view of it can be reached any more.
public final class OffHeap implements AutoCloseable {

    private static final byte ANYTHING = (byte) 0xA5;

    private final ByteBuffer whole;
    private final MemorySegment segment;
    private final Release release;

    private OffHeap(ByteBuffer whole, Release release) {
        this.whole = whole;
        this.segment = MemorySegment.ofBuffer(whole);
        this.release = release;
    }

    /// Frees the memory once. It must not reach the views, or they would never be unreachable.
    private record Release(Runnable free, AtomicBoolean isDone) implements Consumer<MemorySegment> {

        Release(Runnable free) {
            this(free, new AtomicBoolean());
        }

        @Override
        public void accept(MemorySegment freed) {
            if (isDone.compareAndSet(false, true)) {
                free.run();
            }
        }
    }

    /// Zeroed memory whose first byte is aligned to [DiskFile#DIRECT_ALIGNMENT].
    public static OffHeap allocate(int bytes) {
        OffHeap memory = reserve(bytes);
        memory.zero(0, bytes);
        return memory;
    }

    /// Memory that holds anything, for who reads nothing that was not written first: the kernel gives pages only
    /// as they are touched, which for large memory takes longer than its owner may want to wait now.
    public static OffHeap allocateAsIs(int bytes) {
        OffHeap memory = reserve(bytes);
        // New memory is zero most of the time: a reader of what nobody wrote would not be noticed.
        assert memory.scribble();
        return memory;
    }

    /// Zeroed memory for who reads millions of numbers out of it: each access to a view costs a fifth less, for these
    /// are the JVM's own buffers, which have no scope to ask for. Small: it counts against the JVM's limit for them.
    /// Where that is reached, it is memory like any other.
    public static OffHeap allocateForReading(int bytes) {
        ByteBuffer padded;
        try {
            padded = ByteBuffer.allocateDirect(bytes + DiskFile.DIRECT_ALIGNMENT);
        } catch (OutOfMemoryError e) {
            return allocate(bytes);
        }
        ByteBuffer whole = padded.alignedSlice(DiskFile.DIRECT_ALIGNMENT).slice(0, bytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        return new OffHeap(whole, new Release(() -> IOTools.clean(padded)));
    }

    /// Does what the first memory would have to wait for. Any thread, beside whatever else begins.
    public static void makeReady() {
        allocateAsIs(1).close();
    }

    private boolean scribble() {
        segment.fill(ANYTHING);
        return true;
    }

    @SuppressWarnings("restricted")
    private static OffHeap reserve(int bytes) {
        BytesStore<?, Void> store = BytesStore.lazyNativeBytesStoreWithFixedCapacity(
                (long) bytes + DiskFile.DIRECT_ALIGNMENT);
        long address = store.addressForRead(0);
        long origin = -address & DiskFile.DIRECT_ALIGNMENT - 1;
        Release release = new Release(store::releaseLast);
        ByteBuffer whole = MemorySegment.ofAddress(address + origin).reinterpret(bytes, Arena.ofAuto(), release)
                .asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return new OffHeap(whole, release);
    }

    public int bytes() {
        return whole.capacity();
    }

    /// A new bounds-checked, little-endian view.
    public ByteBuffer view(int offset, int length) {
        return whole.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Copies from a heap array; no allocation.
    public void put(int offset, byte[] from, int at, int length) {
        whole.put(offset, from, at, length);
    }

    /// Copies from any buffer, by absolute positions; no allocation.
    public void put(int offset, ByteBuffer from, int at, int length) {
        whole.put(offset, from, at, length);
    }

    /// Copies from other off-heap memory; no allocation.
    public void put(int offset, OffHeap from, int at, int length) {
        whole.put(offset, from.whole, at, length);
    }

    public void zero(int offset, int length) {
        segment.asSlice(offset, length).fill((byte) 0);
    }

    @Override
    public void close() {
        release.accept(MemorySegment.NULL);
    }
}
