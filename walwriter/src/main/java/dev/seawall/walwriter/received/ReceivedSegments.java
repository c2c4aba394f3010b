package dev.seawall.walwriter.received;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.OpenSegments;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.segments.SegmentPreparer;
import dev.seawall.walwriter.segments.SegmentSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Received bytes of one timeline on their way into its segments, which are prepared ahead as a
/// writer's are.
///
/// Written are whole pages, with zeros behind the last byte: what a recycled segment held there must not
/// pass for log. They go through the page cache, whatever `wal_sync_method` says: they are read at once, by
/// who checks the records and by redo. One thread, but for [#makeDurable], [#written], [#giveUp] and [#close].
final class ReceivedSegments implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 20;

    private final SegmentDirectory directory;
    private final PageLayout layout;
    private final World world;
    private final SegmentPreparer preparer;
    private final SegmentSink sink;
    private final World.Running preparing;
    private final OffHeap buffer = OffHeap.allocate(BUFFER_BYTES);
    private volatile @Nullable Thread waiting;
    private volatile boolean isClosing;
    private boolean isGathering;
    private volatile Lsn written;
    /// The buffer's first byte, a page's start, and the end of what is in it.
    private Lsn start;
    private Lsn end;

    /// @param last      the last segment that there is
    /// @param at        where the next byte goes
    /// @param onFailure told when a segment cannot be made for another reason than a full disk
    ReceivedSegments(SegmentDirectory directory, SegmentNumber last, Lsn at, WalOptions options, World world,
            Consumer<Throwable> onFailure) throws IOException {
        this.directory = directory;
        this.layout = directory.layout();
        this.world = world;
        this.start = layout.pageOf(at);
        this.end = start;
        this.written = start;
        OpenSegments files = new OpenSegments(directory, FlushPath.CACHED, layout.segmentOf(at));
        this.preparer = new SegmentPreparer(files, world, last, options.isInitZero(),
                new ArchiveStatus(directory.disk(), directory.path()), onFailure);
        preparer.discardLeftovers();
        preparer.onChange(this::wake);
        this.sink = new SegmentSink(preparer, files);
        this.preparing = world.start(preparer);
    }

    SegmentDirectory directory() {
        return directory;
    }

    private void wake() {
        Thread thread = waiting;
        if (thread != null) {
            world.unpark(thread);
        }
    }

    /// Goes on at another place: what was buffered is dropped.
    ///
    /// @param page what the page of `at` holds before it
    void restart(Lsn at, ByteBuffer page) {
        start = layout.pageOf(at);
        end = at;
        written = at;
        isGathering = false;
        buffer.put(0, page, page.position(), layout.offsetInPage(at));
    }

    /// End of what is in the files.
    Lsn written() {
        return written;
    }

    /// Takes the next bytes; they are in the files after [#spill].
    void gather(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int used = (int) end.minus(start);
            if (used == BUFFER_BYTES) {
                spill();
                continue;
            }
            int length = Math.min(bytes.remaining(), BUFFER_BYTES - used);
            buffer.put(used, bytes, bytes.position(), length);
            bytes.position(bytes.position() + length);
            end = end.plus(length);
            isGathering = true;
        }
    }

    /// Hands what was gathered to the files, and keeps the last page if it is not full.
    void spill() throws IOException {
        if (!isGathering) {
            return;
        }
        int used = (int) end.minus(start);
        int whole = used & -PageLayout.PAGE_BYTES;
        int rest = used - whole;
        int bytes = rest == 0 ? whole : whole + PageLayout.PAGE_BYTES;
        buffer.zero(used, bytes - used);
        awaitPrepared(layout.segmentOf(end.plus(-1)));
        sink.append(start.value(), buffer.view(0, bytes));
        if (whole > 0) {
            buffer.put(0, buffer.view(whole, rest), 0, rest);
            start = start.plus(whole);
        }
        written = end;
        isGathering = false;
    }

    private void awaitPrepared(SegmentNumber segment) throws IOException {
        if (segment.isBefore(preparer.preparedEnd())) {
            return;
        }
        preparer.want(segment);
        preparing.wake();
        waiting = Thread.currentThread();
        world.park(() -> isClosing || segment.isBefore(preparer.preparedEnd()) || preparing.failure() != null);
        waiting = null;
        if (!segment.isBefore(preparer.preparedEnd())) {
            throw new IOException("the log of the standby is closed");
        }
    }

    /// When this returns, all that was in the files when it was called is durable.
    void makeDurable() throws IOException {
        sink.makeDurable();
    }

    /// Gives segments up for recycling or removal, soon.
    void giveUp(SegmentPreparer.Removal removal) {
        preparer.remove(removal);
        preparing.wake();
    }

    /// Whoever waits for a full disk is told that it is over.
    void closing() {
        isClosing = true;
        wake();
    }

    @Override
    public void close() throws IOException {
        closing();
        preparing.close();
        preparer.close();
        buffer.close();
        sink.close();
    }
}
