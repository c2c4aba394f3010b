package dev.seawall.walwriter.timeline;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.read.LogBytes;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Where a stream is joined to the log that is here: the last of the own bytes are asked for again and
/// compared with what comes. Two servers that wrote on one timeline have the same history, but other
/// bytes: the times of their commits alone see to that.
///
/// Ask for the stream from [#from], and give everything that comes to [#see] before it is written.
///
/// One thread.
public final class JoinCheck {

    /// Many a commit's time is in it, and it costs a stream nothing.
    private static final int WINDOW_BYTES = 8 * PageLayout.PAGE_BYTES;

    private final LogBytes own;
    private final PageLayout layout;
    private final Lsn end;
    private final Lsn from;
    private final ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
    private Lsn position;

    /// @param own reads the own log; stays the caller's
    /// @param end of it: the end of its last valid record
    public JoinCheck(LogBytes own, PageLayout layout, Lsn end) {
        this.own = own;
        this.layout = layout;
        this.end = end;
        this.from = start();
        this.position = from;
    }

    /// Not beyond the segment of the last byte: who has the log from its end on has that segment.
    private Lsn start() {
        Lsn segment = layout.startOf(layout.segmentOf(end.plus(-1)));
        long before = end.minus(segment);
        return before <= WINDOW_BYTES ? segment : layout.pageOf(end.plus(-WINDOW_BYTES));
    }

    /// From where the stream is to be asked for.
    public Lsn from() {
        return from;
    }

    /// Whether all there was to compare has been.
    public boolean isDone() {
        return !position.isBefore(end);
    }

    /// Compares a piece of the stream with the own log.
    ///
    /// @param at       where it begins, at the end of the piece before
    /// @param streamed left at the first byte that is behind the own end, or at its limit
    /// @throws DivergedException if a byte differs
    public void see(Lsn at, ByteBuffer streamed) throws IOException {
        if (!isDone() && !at.equals(position)) {
            throw new IllegalArgumentException("a piece of the stream at " + at + ", expected at " + position);
        }
        while (!isDone() && streamed.hasRemaining()) {
            Lsn pageStart = layout.pageOf(position);
            page.clear();
            if (!own.readPage(pageStart, page)) {
                throw new IOException("could not compare the stream with the log: " + own.absenceOf(pageStart));
            }
            int inPage = layout.offsetInPage(position);
            int length = (int) Math.min(Math.min(streamed.remaining(), PageLayout.PAGE_BYTES - inPage),
                    end.minus(position));
            int differs = page.slice(inPage, length).mismatch(streamed.slice(streamed.position(), length));
            if (differs >= 0) {
                Lsn place = position.plus(differs);
                throw DivergedException.inBytes(place, own.fileNameOf(place));
            }
            streamed.position(streamed.position() + length);
            position = position.plus(length);
        }
    }
}
