package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.record.EncodedRecord;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// The log's last pages in memory: a ring of off-heap bytes in which an LSN has one place.
///
/// Appenders copy in parallel. Whoever owns the first byte of a page begins it: writes its header, and
/// zeros where its own record does not go, so that what a page does not use is zero on disk too.
/// Whoever has a place further on in the page waits for that, a moment at most: its owner copies next.
/// So the flusher, whose time is the disk's, touches nothing of this memory.
final class WalBuffers implements AutoCloseable {

    private static final long NONE = -1;

    private final PageLayout layout;
    private final int timeline;
    private final long systemId;
    private final Insertions insertions;
    private final FlushProgress progress;
    private final OffHeap ring;
    /// The whole ring, for writing headers by index; any thread.
    private final ByteBuffer bytes;
    private final ByteBuffer flushed;
    private final int mask;
    private final Gate gate;
    private final WalCounters counters;
    /// By place in the ring, the page that was begun there last.
    private final AtomicLongArray begun;

    /// Its owner, and who reads.
    private final AtomicInteger users = new AtomicInteger(1);

    /// Pages before it are durable: their memory may be begun anew. The flusher's.
    private volatile long free;

    /// @param size a power of two, at least four pages
    /// @param at   where the log goes on; if within a page, that must be loaded by [#load]
    WalBuffers(int size, PageLayout layout, int timeline, long systemId, Insertions insertions,
            FlushProgress progress, Gate gate, WalCounters counters, Lsn at) {
        this.layout = layout;
        this.timeline = timeline;
        this.systemId = systemId;
        this.insertions = insertions;
        this.progress = progress;
        this.ring = OffHeap.allocateAsIs(size);
        this.bytes = ring.view(0, size);
        this.flushed = ring.view(0, size);
        this.mask = size - 1;
        this.gate = gate;
        this.counters = counters;
        this.begun = new AtomicLongArray(size / PageLayout.PAGE_BYTES);
        this.free = layout.pageOf(at).value();
    }

    /// Puts the begun page back that the log ends in.
    void load(Lsn page, ByteBuffer content) {
        ring.put((int) page.value() & mask, content, content.position(), content.remaining());
        begun.set(slotOf(page.value()), page.value());
    }

    private int slotOf(long page) {
        return ((int) page & mask) / PageLayout.PAGE_BYTES;
    }

    /// Copies a sealed record to its place, page headers included.
    ///
    /// @param from     a page's start, if its header is still to be written, else the record's start
    /// @param sequence the reservation, told how far copying has come before each wait
    void copy(EncodedRecord record, long from, long sequence) {
        int length = record.length();
        int copied = 0;
        long at = from;
        int inPage = (int) at & PageLayout.PAGE_BYTES - 1;
        long last = inPage != 0 && inPage + length > PageLayout.PAGE_BYTES ? beginLast(at, length) : NONE;
        if (inPage != 0) {
            awaitBegun(at - inPage);
        }
        while (true) {
            if (inPage == 0) {
                if (at == last) {
                    inPage = layout.headerBytes(at);
                } else {
                    awaitRoom(at, sequence);
                    inPage = begin(at, copied > 0, length - copied);
                }
                at += inPage;
            }
            int part = Math.min(PageLayout.PAGE_BYTES - inPage, length - copied);
            record.copyTo(ring, (int) at & mask, copied, part);
            copied += part;
            at += part;
            if (copied == length) {
                return;
            }
            inPage = 0;
        }
    }

    /// Begins the page that a record ends in before those it goes through, if there is room without waiting: the
    /// next record shares this page alone, and need not wait until all before it is copied.
    ///
    /// @param at within a page
    /// @return the page, or [#NONE] if it is to be begun in its turn
    private long beginLast(long at, int length) {
        long page = (at & -PageLayout.PAGE_BYTES) + PageLayout.PAGE_BYTES;
        int remaining = length - (int) (page - at);
        for (int room = usable(page); remaining > room; room = usable(page)) {
            remaining -= room;
            page += PageLayout.PAGE_BYTES;
        }
        if (page + PageLayout.PAGE_BYTES - ring.bytes() > free) {
            return NONE;
        }
        begin(page, true, remaining);
        return page;
    }

    private int usable(long page) {
        return PageLayout.PAGE_BYTES - layout.headerBytes(page);
    }

    /// @return bytes of the header
    private int begin(long page, boolean isContinuation, int remaining) {
        int place = (int) page & mask;
        // Before a byte of it changes: somebody may be reading what stood there.
        begun.set(slotOf(page), NONE);
        VarHandle.storeStoreFence();
        int header = PageHeader.writeAt(bytes, place, layout, timeline, systemId, page,
                isContinuation ? PageHeader.CONTINUATION : 0, isContinuation ? remaining : 0);
        int used = header + remaining;
        if (used < PageLayout.PAGE_BYTES) {
            ring.zero(place + used, PageLayout.PAGE_BYTES - used);
        }
        begun.set(slotOf(page), page);
        gate.open();
        return header;
    }

    private void awaitBegun(long page) {
        int slot = slotOf(page);
        if (begun.get(slot) != page) {
            gate.await(() -> begun.get(slot) == page || progress.failure() != null);
            progress.throwIfFailed();
        }
    }

    private void awaitRoom(long page, long sequence) {
        long needed = page + PageLayout.PAGE_BYTES - ring.bytes();
        if (needed > free) {
            // Before waiting: the flusher may need these bytes to make the room.
            insertions.progress(sequence, page);
            counters.buffersFull();
            progress.await(needed);
        }
    }

    /// Copies a page into `into` if it is here still. Any thread that has entered. What lies behind the log's
    /// durable end may be in the making.
    boolean read(long page, ByteBuffer into) {
        int slot = slotOf(page);
        if (begun.get(slot) != page) {
            return false;
        }
        int at = into.position();
        into.put(at, bytes, (int) page & mask, PageLayout.PAGE_BYTES);
        VarHandle.loadLoadFence();
        if (begun.get(slot) != page) {
            // Its place was given to a later page meanwhile.
            return false;
        }
        into.position(at + PageLayout.PAGE_BYTES);
        return true;
    }

    /// Somebody wants to read here until he leaves: so long the memory stays.
    ///
    /// @return false if it has gone
    boolean enter() {
        return users.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    void leave() {
        if (users.decrementAndGet() == 0) {
            ring.close();
        }
    }

    /// The buffered bytes from `from` on, as many as stand together, at most to `to`. One view, moved:
    /// of whoever has the turn to flush.
    ByteBuffer view(long from, long to) {
        int at = (int) from & mask;
        return flushed.clear().position(at).limit((int) Math.min(at + (to - from), ring.bytes()));
    }

    /// Gives back the pages before `lsn`, all durable.
    void release(long lsn) {
        free = lsn & -PageLayout.PAGE_BYTES;
    }

    @Override
    public void close() {
        leave();
    }
}
