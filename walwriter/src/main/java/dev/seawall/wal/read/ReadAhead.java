package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// A long log out of a directory, read by a thread of its own while the one who asked is busy with what came
/// before: for who reads from one place to the end, a log that nobody writes meanwhile.
///
/// Pages that come in turn are shown where the thread read them to. Any other, and all from where the thread met
/// a file that is missing, short or unreadable, is read from the files as without it: so the answers are the same.
///
/// One thread, and its own.
public final class ReadAhead implements LogBytes {

    /// Large enough that handing them over costs nothing beside reading them.
    private static final int PIECE_BYTES = 1 << 20;
    /// What is read while the one who asked begins: its code is not compiled yet.
    private static final int PIECES = 16;

    private final SegmentFiles files;
    private final SegmentFiles ahead;
    private final List<OffHeap> memory = new ArrayList<>();
    private final BlockingQueue<Piece> free = new ArrayBlockingQueue<>(PIECES + 1);
    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES + 1);
    private final Thread reader;
    private volatile boolean isClosed;

    // What is being looked at; then comes what the thread reads on.
    private @Nullable Piece current;
    private Lsn next;
    private boolean isAtEnd;

    /// Bytes of the log: [from, from + length). A length of 0 is the last one's.
    private static final class Piece {
        final ByteBuffer bytes;
        long from;
        int length;

        Piece(ByteBuffer bytes) {
            this.bytes = bytes;
        }
    }

    /// @param files closed with this
    /// @param from  where to begin; from here on pages are asked for in turn
    public ReadAhead(SegmentFiles files, PageLayout layout, Lsn from) {
        this.files = files;
        this.ahead = files.another();
        this.next = layout.pageOf(from);
        for (int i = 0; i < PIECES; i++) {
            OffHeap piece = OffHeap.allocateAsIs(Math.min(PIECE_BYTES, layout.segmentBytes()));
            memory.add(piece);
            free.add(new Piece(piece.view(0, piece.bytes())));
        }
        Lsn first = next;
        this.reader = new Thread(() -> read(first), "read-ahead");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Lsn first) {
        Lsn at = first;
        try {
            while (true) {
                Piece piece = free.take();
                if (isClosed) {
                    return;
                }
                piece.from = at.value();
                piece.length = pagesAt(at, piece.bytes);
                full.put(piece);
                if (piece.length == 0) {
                    return;
                }
                at = at.plus(piece.length);
            }
        } catch (InterruptedException e) {
            // Nobody does that; but without an end the other thread would wait for ever.
            full.offer(new Piece(ByteBuffer.allocate(0)));
        }
    }

    private int pagesAt(Lsn at, ByteBuffer into) {
        try {
            int bytes = ahead.readPiece(at, into);
            return bytes > 0 && ahead.isWhole(at, bytes) ? bytes : 0;
        } catch (IOException | RuntimeException e) {
            // Whoever asks for this page meets it too, and says so.
            return 0;
        }
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        return files.readPage(page, into);
    }

    @Override
    public boolean lendPage(Lsn page, LentPage into) throws IOException {
        Piece here = pieceOf(page);
        if (here == null) {
            return files.lendPage(page, into);
        }
        into.lend(here.bytes, (int) (page.value() - here.from));
        return true;
    }

    private @Nullable Piece pieceOf(Lsn page) {
        if (current != null && page.value() - current.from >= 0 && page.value() - current.from < current.length) {
            return current;
        }
        if (isAtEnd || !page.equals(next)) {
            return null;
        }
        try {
            if (current != null) {
                free.put(current);
                current = null;
            }
            Piece come = full.take();
            isAtEnd = come.length == 0;
            current = isAtEnd ? null : come;
            next = page.plus(come.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isAtEnd = true;
        }
        return current;
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return files.fileNameOf(lsn);
    }

    @Override
    public String absenceOf(Lsn page) {
        return files.absenceOf(page);
    }

    /// From here on all is read from the files.
    @Override
    public void forget() {
        isAtEnd = true;
        current = null;
        files.forget();
    }

    /// Ends the thread.
    @Override
    public void close() {
        isClosed = true;
        free.offer(new Piece(ByteBuffer.allocate(0)));
        boolean isInterrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        memory.forEach(OffHeap::close);
        ahead.close();
        files.close();
    }
}
