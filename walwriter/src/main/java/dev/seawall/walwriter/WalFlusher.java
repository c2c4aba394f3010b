package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.LogSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Writes and syncs the log: the only one who does, by [FlushTurn] in one thread at a time.
///
/// Each flush takes all that has been copied by now and makes it durable in one go; whoever commits
/// meanwhile shares the next step. That is group commit, without a timer: while one flush is under
/// way the next batch gathers.
final class WalFlusher {

    private static final int BLOCK = DiskFile.DIRECT_ALIGNMENT;

    private final Insertions insertions;
    private final WalBuffers buffers;
    private final FlushProgress progress;
    private final LogSink sink;
    private final Runnable afterFlush;
    private final WalCounters counters;
    private final World world;
    private final IntSupplier openTransactions;
    private volatile CommitDelay delay = CommitDelay.NONE;

    /// Every byte before it is durable.
    private long written;
    /// Every block before it has been written since this process began; a page's first write is a
    /// whole page, so that nothing of a recycled segment stays behind the record bytes on it.
    private long touchedEnd;

    WalFlusher(Insertions insertions, WalBuffers buffers, FlushProgress progress, LogSink sink,
            Lsn at, Runnable afterFlush, WalCounters counters, World world, IntSupplier openTransactions) {
        this.insertions = insertions;
        this.buffers = buffers;
        this.progress = progress;
        this.sink = sink;
        this.written = at.value();
        this.touchedEnd = at.value() & -PageLayout.PAGE_BYTES;
        this.afterFlush = afterFlush;
        this.counters = counters;
        this.world = world;
        this.openTransactions = openTransactions;
    }

    boolean hasWork() {
        return progress.isWanted() && insertions.canAdvance();
    }

    /// Before a flush of the flusher's own.
    void gather() {
        progress.gather();
    }

    void commitDelay(CommitDelay changed) {
        delay = changed;
    }

    /// Makes durable what has been copied by now.
    ///
    /// @return whom it released, who are to be woken; null if there was nothing to flush
    @Nullable Released flush() throws IOException {
        if (!delay.time().isZero() && openTransactions.getAsInt() >= delay.siblings()) {
            world.park(() -> progress.failure() != null, delay.time().toNanos());
        }
        long begun = world.nanoTime();
        switch (insertions.advance()) {
            case NOTHING -> {
                return null;
            }
            case BYTES -> {
                write(insertions.complete());
                // A switch record and the rest of its segment are published as one: the end of the
                // record alone is no place where anybody could read on.
                if (insertions.isGapNext()) {
                    insertions.advance();
                    skip(insertions.complete());
                }
            }
            case GAP -> skip(insertions.complete());
        }
        Released released = progress.flushed(written, insertions.completeRecordEnd(), world.nanoTime() - begun);
        try {
            afterFlush.run();
        } catch (Throwable t) {
            // They are durable, whatever else goes wrong.
            released.wake();
            throw t;
        }
        return released;
    }

    private void write(long to) throws IOException {
        long from = written & -BLOCK;
        long end = to + BLOCK - 1 & -BLOCK;
        long pageEnd = to + PageLayout.PAGE_BYTES - 1 & -PageLayout.PAGE_BYTES;
        if (touchedEnd < pageEnd) {
            end = pageEnd;
            touchedEnd = pageEnd;
        }
        long begun = world.nanoTime();
        for (long at = from; at < end; ) {
            ByteBuffer view = buffers.view(at, end);
            int bytes = view.remaining();
            sink.append(at, view);
            at += bytes;
        }
        long handedOver = world.nanoTime();
        sink.makeDurable();
        counters.flushed(to - written, end - from, handedOver - begun, world.nanoTime() - handedOver);
        written = to;
        buffers.release(to);
    }

    /// Steps over the rest of a segment that a switch record closed.
    private void skip(long segmentEnd) throws IOException {
        long pageEnd = written + PageLayout.PAGE_BYTES - 1 & -PageLayout.PAGE_BYTES;
        sink.skip(new Lsn(pageEnd), new Lsn(segmentEnd));
        sink.makeDurable();
        buffers.release(segmentEnd);
        written = segmentEnd;
        touchedEnd = segmentEnd;
    }
}
