package dev.seawall.wal.disk;

import static dev.seawall.wal.disk.SparsePages.PAGE_BYTES;
import static dev.seawall.wal.disk.SparsePages.SECTORS;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A file's content on a [SimulatedDisk], three times over: what the page cache shows, what the
/// device answers with (its own volatile cache included), and what survives a power cut.
///
///     write --> cache --write-back--> device --flush--> platter
///               dirty                 unflushed         durable
///
/// A page that is neither dirty nor equal to the device's is a lie: write-back failed, the kernel
/// counts it clean, and readers see it until the cache is dropped or the power goes.
final class SimulatedContent implements SimulatedNode {

    private static final int ZERO_RUN_PAGES = 16;
    private static final ByteBuffer ZERO_RUN = ByteBuffer.allocate(ZERO_RUN_PAGES * PAGE_BYTES);

    private final SparsePages cache;
    private final SparsePages device;
    private final SparsePages platter;
    private final BitSet dirty = new BitSet();
    private final BitSet unflushed = new BitSet();
    private final BitSet lies = new BitSet();
    private final BitSet allocated;

    private long size;
    private long durableSize;
    /// The smallest size since the last sync: what was beyond it is cut, if the cut survives.
    private long smallestSize;

    /// Write-back errors so far; a descriptor reports those that came after it was opened.
    private int errors;
    int links;
    int descriptors;
    @Nullable SimulatedFile lockHolder;

    SimulatedContent() {
        cache = new SparsePages();
        device = new SparsePages();
        platter = new SparsePages();
        allocated = new BitSet();
    }

    private SimulatedContent(SimulatedContent other) {
        cache = other.cache.copy();
        device = other.device.copy();
        platter = other.platter.copy();
        dirty.or(other.dirty);
        unflushed.or(other.unflushed);
        lies.or(other.lies);
        allocated = (BitSet) other.allocated.clone();
        size = other.size;
        durableSize = other.durableSize;
        smallestSize = other.smallestSize;
    }

    SimulatedContent copy() {
        return new SimulatedContent(this);
    }

    long size() {
        return size;
    }

    int errors() {
        return errors;
    }

    int allocatedPages() {
        return allocated.cardinality();
    }

    /// Pages that a write or allocation of this range would newly occupy.
    int newPages(long offset, long length) {
        if (length == 0) {
            return 0;
        }
        int from = pageOf(offset);
        int to = pageOf(offset + length - 1) + 1;
        return to - from - allocated.get(from, to).cardinality();
    }

    void allocate(long offset, long length) {
        if (length > 0) {
            allocated.set(pageOf(offset), pageOf(offset + length - 1) + 1);
        }
    }

    int read(ByteBuffer into, long offset, boolean isDirect) {
        int length = (int) Math.max(0, Math.min(into.remaining(), size - offset));
        if (isDirect) {
            // As the kernel does: dirty pages of the range are written back first.
            writeBack(offset, length);
        }
        SparsePages source = isDirect ? device : cache;
        for (int done = 0; done < length;) {
            long at = offset + done;
            int within = (int) (at % PAGE_BYTES);
            int part = Math.min(PAGE_BYTES - within, length - done);
            byte[] page = source.get(pageOf(at));
            into.put(page == null ? SparsePages.ZEROS : page, within, part);
            done += part;
        }
        return length;
    }

    /// Writes to the page cache; for a direct write to the device, past the cache.
    void write(ByteBuffer from, long offset, boolean isDirect) {
        long end = offset + from.remaining();
        allocate(offset, from.remaining());
        for (long at = offset; at < end;) {
            int run = zeroRun(from, at, end);
            for (int page = pageOf(at); page < pageOf(at) + run; page++) {
                put(page, null, isDirect);
            }
            if (run > 0) {
                from.position(from.position() + run * PAGE_BYTES);
                at += (long) run * PAGE_BYTES;
            } else {
                int within = (int) (at % PAGE_BYTES);
                int part = (int) Math.min(PAGE_BYTES - within, end - at);
                byte[] old = cache.get(pageOf(at));
                byte[] page = old == null || part == PAGE_BYTES ? new byte[PAGE_BYTES] : old.clone();
                from.get(page, within, part);
                put(pageOf(at), Arrays.equals(page, SparsePages.ZEROS) ? null : page, isDirect);
                at += part;
            }
        }
        size = Math.max(size, end);
    }

    private void put(int page, byte @Nullable [] content, boolean isDirect) {
        if (content == null && cache.get(page) == null && device.get(page) == null
                && platter.get(page) == null) {
            return;
        }
        cache.set(page, content);
        lies.clear(page);
        dirty.set(page, !isDirect);
        if (isDirect) {
            device.set(page, content);
            unflushed.set(page);
        }
    }

    /// Whole pages of zeros from here on, if it is a long run of them: what keeps writing a fresh
    /// segment nearly free.
    private static int zeroRun(ByteBuffer from, long at, long end) {
        int run = ZERO_RUN_PAGES * PAGE_BYTES;
        boolean isRun = at % PAGE_BYTES == 0 && end - at >= run
                && from.slice(from.position(), run).mismatch(ZERO_RUN.duplicate().clear()) < 0;
        return isRun ? ZERO_RUN_PAGES : 0;
    }

    /// Zeros without changing the size, as FALLOC_FL_ZERO_RANGE.
    void zero(long offset, long length) {
        long end = Math.min(offset + length, size);
        for (long at = offset; at < end;) {
            int part = (int) Math.min(PAGE_BYTES - at % PAGE_BYTES, end - at);
            write(ByteBuffer.allocate(part), at, false);
            at += part;
        }
    }

    void truncate(long bytes) {
        if (bytes < size) {
            cutLive(bytes);
        }
        size = bytes;
        smallestSize = Math.min(smallestSize, bytes);
    }

    private void cutLive(long bytes) {
        int first = pageOf(bytes + PAGE_BYTES - 1);
        cache.cutTo(bytes);
        device.cutTo(bytes);
        for (BitSet pages : new BitSet[] {dirty, unflushed, lies, allocated}) {
            pages.clear(first, Math.max(first, pages.length()));
        }
    }

    /// Moves the dirty pages of a range to the device: clean, visible to direct readers, not durable.
    void writeBack(long offset, long length) {
        if (length <= 0 || dirty.isEmpty()) {
            return;
        }
        int last = pageOf(offset + length - 1);
        for (int page = dirty.nextSetBit(pageOf(offset)); page >= 0 && page <= last;
                page = dirty.nextSetBit(page + 1)) {
            writeBackPage(page);
        }
    }

    private void writeBackPage(int page) {
        device.set(page, cache.get(page));
        unflushed.set(page);
        dirty.clear(page);
    }

    void sync() {
        writeBack(0, size);
        if (smallestSize < durableSize) {
            platter.cutTo(smallestSize);
        }
        for (int page = unflushed.nextSetBit(0); page >= 0; page = unflushed.nextSetBit(page + 1)) {
            platter.set(page, device.get(page));
        }
        unflushed.clear();
        durableSize = size;
        smallestSize = size;
    }

    /// Makes only these bytes durable, and the size: what O_DSYNC promises of a write.
    void syncRange(long offset, long length) {
        if (smallestSize < durableSize) {
            sync();
            return;
        }
        writeBack(offset, length);
        int last = pageOf(offset + length - 1);
        for (int page = unflushed.nextSetBit(pageOf(offset)); page >= 0 && page <= last;
                page = unflushed.nextSetBit(page + 1)) {
            platter.set(page, device.get(page));
            unflushed.clear(page);
        }
        durableSize = size;
        smallestSize = size;
    }

    /// Write-back that failed: some dirty pages reach the device, at least one does not, all are
    /// clean. Open descriptors will say so, once each.
    void failWriteBack(RandomGenerator random) {
        int lost = dirty.isEmpty() ? -1 : random.nextInt(dirty.cardinality());
        int count = 0;
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            if (count++ == lost || random.nextBoolean()) {
                lies.set(page);
                dirty.clear(page);
            } else {
                writeBackPage(page);
            }
        }
        errors++;
    }

    /// A sync that failed: write-back failed, or the device's flush did and it dropped what it held.
    void failSync(RandomGenerator random) {
        boolean isFlush = dirty.isEmpty();
        failWriteBack(random);
        int lost = isFlush && !unflushed.isEmpty() ? random.nextInt(unflushed.cardinality()) : -1;
        int count = 0;
        for (int page = unflushed.nextSetBit(0); page >= 0; page = unflushed.nextSetBit(page + 1)) {
            if (count++ == lost || random.nextBoolean()) {
                device.set(page, platter.get(page));
                lies.set(page);
                unflushed.clear(page);
            }
        }
    }

    /// What the kernel and the device do by themselves: some dirty sectors go out early, and may
    /// even be durable before anyone asked.
    void writeBackSome(RandomGenerator random) {
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            if (random.nextBoolean()) {
                writeBackPage(page);
            }
        }
        if (smallestSize < durableSize) {
            return;
        }
        for (int page = unflushed.nextSetBit(0); page >= 0; page = unflushed.nextSetBit(page + 1)) {
            platter.set(page, SparsePages.mix(platter.get(page), device.get(page), sectors(random, 0.5)));
        }
        if (random.nextBoolean()) {
            durableSize = size;
            smallestSize = size;
        }
    }

    /// Clean pages are read from the device again: lies end.
    void dropCache() {
        for (int page = lies.nextSetBit(0); page >= 0; page = lies.nextSetBit(page + 1)) {
            cache.set(page, device.get(page));
        }
        lies.clear();
    }

    /// The power is gone: of what was not durable any sectors may have made it, and any size on the
    /// way.
    void crash(RandomGenerator random) {
        double survival = random.nextInt(3) * 0.5;
        boolean isCut = smallestSize < durableSize && random.nextBoolean();
        if (isCut) {
            platter.cutTo(smallestSize);
        }
        // A cut that did not survive leaves the old bytes behind it, and no later ones.
        int limit = smallestSize < durableSize && !isCut
                ? pageOf(smallestSize) : Integer.MAX_VALUE;
        BitSet touched = (BitSet) dirty.clone();
        touched.or(unflushed);
        touched.or(lies);
        for (int page = touched.nextSetBit(0); page >= 0; page = touched.nextSetBit(page + 1)) {
            byte[] survivor = platter.get(page);
            if (page < limit && unflushed.get(page)) {
                survivor = SparsePages.mix(survivor, device.get(page), sectors(random, survival));
            }
            if (page < limit && dirty.get(page)) {
                survivor = SparsePages.mix(survivor, cache.get(page), sectors(random, survival));
            }
            platter.set(page, survivor);
            device.set(page, survivor);
            cache.set(page, survivor);
        }
        long shrunk = size;
        size = limit < Integer.MAX_VALUE ? durableSize : survivingSize(random);
        if (limit < Integer.MAX_VALUE || size < shrunk) {
            restoreFromPlatter();
        }
        durableSize = size;
        smallestSize = size;
        dirty.clear();
        unflushed.clear();
        lies.clear();
    }

    private long survivingSize(RandomGenerator random) {
        long base = Math.min(durableSize, smallestSize);
        return switch (random.nextInt(3)) {
            case 0 -> base;
            case 1 -> size;
            default -> size == base ? size : random.nextLong(base, size + 1);
        };
    }

    private void restoreFromPlatter() {
        platter.cutTo(size);
        int pages = pageOf(size + PAGE_BYTES - 1);
        cache.cutTo(0);
        device.cutTo(0);
        for (int page = 0; page < pages; page++) {
            cache.set(page, platter.get(page));
            device.set(page, platter.get(page));
        }
    }

    /// Changes a byte at rest, in every layer: latent bit rot.
    void flip(long offset, int bits) {
        int page = pageOf(offset);
        for (SparsePages layer : new SparsePages[] {cache, device, platter}) {
            byte[] old = layer.get(page);
            byte[] rotten = old == null ? new byte[PAGE_BYTES] : old.clone();
            rotten[(int) (offset % PAGE_BYTES)] ^= (byte) bits;
            layer.set(page, rotten);
        }
    }

    private static int sectors(RandomGenerator random, double survival) {
        int mask = 0;
        for (int sector = 0; sector < SECTORS; sector++) {
            if (random.nextDouble() < survival) {
                mask |= 1 << sector;
            }
        }
        return mask;
    }

    private static int pageOf(long offset) {
        return Math.toIntExact(offset / PAGE_BYTES);
    }
}
