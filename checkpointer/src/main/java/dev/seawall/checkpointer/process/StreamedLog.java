package dev.seawall.checkpointer.process;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The log's pages out of a stream: a window that moves over it.
///
/// ```
///      kept                 received        announced
/// -------|######################|-----------------|------>
///        what may be asked      the stream's      end of the last record that is
///        for again, and more    end               known to be durable: redo's limit
/// ```
/// One thread receives, one reads. Who receives waits while the window is full; who asks for a page
/// that was not received yet waits for it, over however many connections: so a record of any size
/// goes through a window of a page. A reader asks for pages in ascending order and may ask again for
/// the last one, which is all that a [dev.seawall.wal.read.WalReader] does below a limit that is a
/// record's end; besides, for the first page of the segment it is in, for whose header [#readPage]
/// needs no stream.
final class StreamedLog implements LogBytes {

    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final long WAIT_NANOS = 1_000_000_000;

    private final PageLayout layout;
    private final long systemId;
    private final TimelineHistory history;
    private final World world;
    private final byte[] window;
    private final Lsn begin;

    // The receiver's; it writes the bytes first, so who reads this may read them.
    private volatile long received;
    private volatile Lsn announced;
    // The reader's: from here on everything may be asked for again.
    private volatile long kept;

    private volatile Lsn limit = Lsn.MAX;
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread receiver;
    private volatile boolean isClosed;

    /// @param from        where reading will begin; the stream has to, at that page
    /// @param windowBytes a multiple of a page's
    StreamedLog(long systemId, TimelineHistory history, PageLayout layout, World world, Lsn from, int windowBytes) {
        if (windowBytes < PageLayout.PAGE_BYTES || windowBytes % PageLayout.PAGE_BYTES != 0) {
            throw new IllegalArgumentException("window of " + windowBytes + " bytes");
        }
        this.systemId = systemId;
        this.history = history;
        this.layout = layout;
        this.world = world;
        this.window = new byte[windowBytes];
        this.begin = layout.pageOf(from);
        this.received = begin.value();
        this.kept = begin.value();
        this.announced = from;
    }

    /// End of what was received: where a new stream has to begin.
    Lsn received() {
        return new Lsn(received);
    }

    /// End of the last durable record, as far as it is known here: redo's limit.
    Lsn announced() {
        return announced;
    }

    /// The log is durable up to a record's end.
    void announce(Lsn end) {
        if (end.isAfter(announced)) {
            announced = end;
        }
    }

    /// Takes bytes of the stream; waits while the window is full of what nobody has read.
    ///
    /// @throws IOException if bytes are missing between these and those before, or this is closed
    void receive(Lsn at, ByteBuffer bytes) throws IOException {
        long overlap = received - at.value();
        if (overlap < 0) {
            throw new IOException("the stream goes on at " + at + ", but was received up to " + received() + " only");
        }
        bytes.position((int) Math.min(overlap, bytes.remaining()) + bytes.position());
        receiver = Thread.currentThread();
        while (bytes.hasRemaining()) {
            world.park(() -> room() > 0 || isClosed);
            requireOpen();
            int index = index(received);
            int count = (int) Math.min(Math.min(room(), bytes.remaining()), window.length - index);
            bytes.get(window, index, count);
            received += count;
            wake(reader);
        }
    }

    /// The reader, in its thread: all before `position` is read. Without this a segment that was closed
    /// early would stop the stream: its rest is received, and nobody asks for it.
    void passed(Lsn position) {
        long page = layout.pageOf(position).value();
        if (page > kept) {
            kept = page;
            wake(receiver);
        }
    }

    private long room() {
        return kept + window.length - received;
    }

    private int index(long lsn) {
        return (int) Long.remainderUnsigned(lsn, window.length);
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        if (page.isBefore(new Lsn(kept))) {
            return layout.offsetInSegment(page) == 0 && header(page, into);
        }
        kept = page.value();
        wake(receiver);
        long end = Lsn.min(page.plus(PageLayout.PAGE_BYTES), limit).value();
        reader = Thread.currentThread();
        while (!world.park(() -> received >= end || isClosed, LOOK_NANOS)) {
            // With a limit: a loop that waits for the walwriter goes round, for who watches it.
        }
        requireOpen();
        int there = (int) Math.min(PageLayout.PAGE_BYTES, received - page.value());
        into.put(window, index(page.value()), there);
        while (there++ < PageLayout.PAGE_BYTES) {
            into.put((byte) 0);
        }
        return true;
    }

    /// Reading that enters a segment in its middle looks at the segment's first page: at its header,
    /// which says what the walwriter has said already.
    private boolean header(Lsn page, ByteBuffer into) {
        ByteBuffer made = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        PageHeader.write(made, layout, history.timelineAt(page).value(), systemId, page, 0, 0);
        into.put(made.clear());
        return true;
    }

    private void wake(@Nullable Thread thread) {
        if (thread != null) {
            world.unpark(thread);
        }
    }

    private void requireOpen() throws IOException {
        if (isClosed) {
            throw new IOException("the streamed log was closed");
        }
    }

    @Override
    public void limit(Lsn newLimit) {
        limit = newLimit;
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return new SegmentName(history.timelineAt(lsn), layout.segmentOf(lsn)).fileName(layout);
    }

    @Override
    public String absenceOf(Lsn page) {
        return "page " + page + " is not in the window of the stream, which begins at " + new Lsn(kept);
    }

    /// Whoever waits here is told, and whoever comes.
    @Override
    public void close() {
        isClosed = true;
        wake(reader);
        wake(receiver);
    }
}
