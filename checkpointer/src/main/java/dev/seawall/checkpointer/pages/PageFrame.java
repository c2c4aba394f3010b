package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.PageId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A place for one page in the cache. Its monitor is the page's latch.
///
/// A frame belongs to a page for as long as it is pinned; the latch is held only to look at or
/// change the bytes, and to read them from the file the first time. Whoever holds a latch may take
/// the cache's lock, never the other way round.
final class PageFrame {

    /// The page's bytes, little endian. Guarded by the latch.
    final ByteBuffer page;

    /// Which page this is. Guarded by the cache's lock; steady while pinned.
    @Nullable PageId id;
    /// How many use the frame now. Guarded by the cache's lock.
    int pins;
    /// Whether the bytes are newer than the file's. Guarded by the cache's lock.
    boolean isDirty;
    /// Used since the clock's hand last passed. Guarded by the cache's lock.
    boolean isReferenced;

    /// Whether the bytes are the page's. Guarded by the latch, reset by the cache while unpinned.
    boolean isLoaded;
    /// Counts changes, so that a flush knows whether what it wrote is still the newest. Guarded by
    /// the latch.
    long version;

    PageFrame(ByteBuffer page) {
        this.page = page;
    }

    /// The page's identity, for a holder of a pin.
    PageId pinnedId() {
        PageId pinned = id;
        if (pinned == null) {
            throw new AssertionError("a frame without a page is pinned");
        }
        return pinned;
    }
}
