package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.read.SegmentFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The log's pages for those who follow it closely: out of the buffers while they are there, else out of
/// the files. Redo and senders mostly want what was written a moment ago, and what was written past the
/// page cache would be read from the disk, beside the log's own writing.
///
/// One thread. Only what is below the reader's limit counts: more of the page may be in the making.
final class RecentPages implements LogBytes {

    private final WalBuffers buffers;
    private final SegmentFiles files;
    /// Whether the buffers may be read: not when the log was closed before, nor when this was.
    private boolean isInside;

    RecentPages(WalBuffers buffers, SegmentFiles files) {
        this.buffers = buffers;
        this.files = files;
        this.isInside = buffers.enter();
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        return isInside && buffers.read(page.value(), into) || files.readPage(page, into);
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return files.fileNameOf(lsn);
    }

    @Override
    public String absenceOf(Lsn page) {
        return files.absenceOf(page);
    }

    /// Out of the files alone: below the limit they have it all.
    @Override
    public Optional<LogBytes> another() {
        return files.another();
    }

    @Override
    public void limit(Lsn limit) {
        files.limit(limit);
    }

    @Override
    public void forget() {
        files.forget();
    }

    @Override
    public void close() throws IOException {
        if (isInside) {
            isInside = false;
            buffers.leave();
        }
        files.close();
    }
}
