package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.PageId;
import java.io.IOException;
import java.util.List;

/// One checkpoint's flush of the page store: every page that was dirty when it began, in the order
/// of files and blocks, batch by batch; then the final sync.
///
/// One thread at a time. Redo goes on meanwhile.
public final class Flushing {

    private final PageFlush flush;
    private final List<PageId> pages;
    private int next;
    private int written;

    Flushing(PageFlush flush, List<PageId> sorted) {
        this.flush = flush;
        this.pages = sorted;
    }

    /// How many pages were dirty.
    public int pages() {
        return pages.size();
    }

    /// How many of them were written by this flush; others were written early, by redo.
    public int written() {
        return written;
    }

    /// The share of the pages that is dealt with, 0 to 1.
    public double progress() {
        return pages.isEmpty() ? 1 : (double) next / pages.size();
    }

    public boolean isWritten() {
        return next == pages.size();
    }

    /// Writes the next batch.
    public void writeNext() throws IOException {
        int end = Math.min(pages.size(), next + flush.batchPages());
        written += flush.write(pages.subList(next, end));
        next = end;
    }

    /// Makes all of it durable in its place. When this returns, so is every change that was in the
    /// cache when the flush began.
    ///
    /// @return files synced
    public int finish() throws IOException {
        if (!isWritten()) {
            throw new IllegalStateException("pages are left to write");
        }
        return flush.finish();
    }
}
