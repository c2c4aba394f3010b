package dev.seawall.archiver;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.read.LentPage;
import dev.seawall.wal.read.LogBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/// The pages of one segment in a file of any name, and what follows it from elsewhere.
final class SegmentPages implements LogBytes {

    private static final int PIECE_BYTES = 1 << 20;

    private final DiskFile file;
    private final String fileName;
    private final Lsn start;
    private final Lsn end;
    private final LogBytes following;

    // Read in pieces, at least a page each.
    private final OffHeap memory;
    private final ByteBuffer piece;
    private Lsn pieceAt = Lsn.INVALID;
    private Lsn pieceEnd = Lsn.INVALID;

    /// @param following where a record goes on that reaches beyond the segment; not closed with this
    SegmentPages(Disk disk, Path file, SegmentName name, PageLayout layout, LogBytes following) throws IOException {
        this.fileName = name.fileName(layout);
        this.start = layout.startOf(name.number());
        this.end = layout.startOf(name.number().next());
        this.following = following;
        this.memory = OffHeap.allocateForReading(Math.min(PIECE_BYTES, layout.segmentBytes()));
        this.piece = memory.view(0, memory.bytes());
        this.file = disk.open(file, Set.of(Disk.Open.READ_ONLY));
    }

    /// For a segment after which there is nothing to be read.
    static final LogBytes NOTHING = new LogBytes() {
        @Override
        public boolean readPage(Lsn page, ByteBuffer into) {
            return false;
        }

        @Override
        public String fileNameOf(Lsn lsn) {
            return "(the next segment)";
        }
    };

    private boolean isHere(Lsn lsn) {
        return lsn.isAtLeast(start) && lsn.isBefore(end);
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        if (!isHere(page)) {
            return following.readPage(page, into);
        }
        into.limit(into.position() + PageLayout.PAGE_BYTES);
        return file.read(into, page.minus(start)) == PageLayout.PAGE_BYTES;
    }

    /// Shows the page where it was read to.
    @Override
    public boolean lendPage(Lsn page, LentPage into) throws IOException {
        if (!isHere(page)) {
            return following.lendPage(page, into);
        }
        if (page.isBefore(pieceAt) || !page.isBefore(pieceEnd)) {
            int read = file.read(piece.clear(), page.minus(start));
            pieceAt = page;
            pieceEnd = page.plus(read - read % PageLayout.PAGE_BYTES);
            piece.clear();
        }
        if (!page.isBefore(pieceEnd)) {
            return false;
        }
        into.lend(piece, (int) page.minus(pieceAt));
        return true;
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return isHere(lsn) ? fileName : following.fileNameOf(lsn);
    }

    @Override
    public void limit(Lsn limit) {
        following.limit(limit);
    }

    @Override
    public void forget() {
        pieceEnd = pieceAt;
        following.forget();
    }

    @Override
    public void close() throws IOException {
        memory.close();
        file.close();
    }
}
