package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.PageBatch;

/// Sizes of a page store.
///
/// @param cachePages       pages in memory (`shared_buffers`)
/// @param batchPages       pages written to the double-write file at a time
/// @param doubleWriteSlots batches it holds before the files must be synced and it begins anew
/// @param writebackBytes   `checkpoint_flush_after`; 0: write-back is never started early
public record PageStoreOptions(int cachePages, int batchPages, int doubleWriteSlots, int writebackBytes) {

    /// Enough for a redo, a flush and some readers to hold pages at the same time.
    public static final int CACHE_PAGES_MIN = 16;

    public PageStoreOptions {
        if (cachePages < CACHE_PAGES_MIN || batchPages < 1 || batchPages > PageBatch.PAGES_MAX
                || doubleWriteSlots < 1 || writebackBytes < 0) {
            throw new IllegalArgumentException("page store of " + cachePages + " pages, batches of " + batchPages
                    + ", " + doubleWriteSlots + " slots, write-back after " + writebackBytes + " bytes");
        }
    }

    /// Batches of 1 MiB, 64 of them.
    public static PageStoreOptions of(long cacheBytes, int writebackBytes) {
        int pages = Math.toIntExact(Math.max(CACHE_PAGES_MIN, cacheBytes / DataPage.BYTES));
        return new PageStoreOptions(pages, Math.min(128, Math.max(1, pages / 4)), 64, writebackBytes);
    }

    /// Beyond this redo writes pages early, so that readers find clean frames.
    int dirtyPagesMax() {
        return cachePages - cachePages / 4;
    }
}
