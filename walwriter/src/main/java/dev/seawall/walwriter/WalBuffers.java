package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.record.EncodedRecord;
import java.nio.ByteBuffer;

/// The log's last pages in memory: a ring of off-heap bytes in which an LSN has one place.
///
/// Appenders copy in parallel; whoever owns the first byte of a page writes its header. Memory is
/// zero before a page is begun, so what a page does not use is zero on disk too.
final class WalBuffers implements AutoCloseable {

    private final PageLayout layout;
    private final int timeline;
    private final long systemId;
    private final Insertions insertions;
    private final FlushProgress progress;
    private final OffHeap ring;
    private final int mask;

    /// Pages before it are durable and their memory is zero again. The flusher's.
    private volatile long free;

    /// @param bytes a power of two, at least four pages
    /// @param at    where the log goes on; the page it is in must be loaded by [#load]
    WalBuffers(int bytes, PageLayout layout, int timeline, long systemId,
            Insertions insertions, FlushProgress progress, Lsn at) {
        this.layout = layout;
        this.timeline = timeline;
        this.systemId = systemId;
        this.insertions = insertions;
        this.progress = progress;
        this.ring = OffHeap.allocate(bytes);
        this.mask = bytes - 1;
        this.free = layout.pageOf(at).value();
    }

    /// Puts the begun page back that the log ends in.
    void load(Lsn page, ByteBuffer content) {
        ring.put((int) page.value() & mask, content, content.position(), content.remaining());
    }

    /// Copies a sealed record to its place, page headers included.
    ///
    /// @param from     a page's start, if its header is still to be written, else the record's start
    /// @param sequence the reservation, told how far copying has come before each wait
    /// @return the position after the record, not aligned
    long copy(EncodedRecord record, long from, long sequence) {
        int length = record.length();
        int copied = 0;
        long at = from;
        while (true) {
            int inPage = (int) at & PageLayout.PAGE_BYTES - 1;
            awaitRoom(at - inPage, at, sequence);
            if (inPage == 0) {
                int header = writeHeader(at, copied > 0, length - copied);
                at += header;
                inPage = header;
            }
            int bytes = Math.min(PageLayout.PAGE_BYTES - inPage, length - copied);
            record.copyTo(ring, (int) at & mask, copied, bytes);
            copied += bytes;
            at += bytes;
            if (copied == length) {
                return at;
            }
        }
    }

    private int writeHeader(long page, boolean isContinuation, int remaining) {
        Lsn lsn = new Lsn(page);
        int header = layout.headerBytes(lsn);
        PageHeader.write(ring.view((int) page & mask, header), layout, timeline, systemId, lsn,
                isContinuation ? PageHeader.CONTINUATION : 0, isContinuation ? remaining : 0);
        return header;
    }

    private void awaitRoom(long page, long at, long sequence) {
        long needed = page + PageLayout.PAGE_BYTES - ring.bytes();
        if (needed > free) {
            // Before waiting: the flusher may need these bytes to make the room.
            insertions.progress(sequence, at);
            progress.await(needed);
        }
    }

    /// A view of the buffered bytes from `from` on, as many as stand together, at most to `to`.
    ByteBuffer view(long from, long to) {
        int at = (int) from & mask;
        return ring.view(at, (int) Math.min(to - from, ring.bytes() - at));
    }

    /// Gives back the pages before `lsn`, all durable: zeroes them for their next use.
    void release(long lsn) {
        long upTo = lsn & -PageLayout.PAGE_BYTES;
        zero(free, upTo);
        free = upTo;
    }

    /// Gives back everything before `segmentStart`, when what lies in front of it was skipped.
    ///
    /// @param used end of what had been written into memory
    void releaseGap(long used, long segmentStart) {
        long usedPages = used + PageLayout.PAGE_BYTES - 1 & -PageLayout.PAGE_BYTES;
        zero(free, Math.min(usedPages, segmentStart));
        free = segmentStart;
    }

    private void zero(long from, long to) {
        long at = from;
        while (at < to) {
            int offset = (int) at & mask;
            int bytes = (int) Math.min(to - at, ring.bytes() - offset);
            ring.zero(offset, bytes);
            at += bytes;
        }
    }

    @Override
    public void close() {
        ring.close();
    }
}
