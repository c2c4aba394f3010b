package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.wal.disk.OffHeap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The pages in memory: a fixed number of frames, replaced by the clock algorithm.
///
/// Dirty frames are never replaced: only a flush through the double-write file makes them clean.
/// Thread-safe; every field is guarded by the monitor, which is held only for look-ups and
/// book-keeping, never during I/O.
final class PageCache implements AutoCloseable {

    private static final int CHUNK_PAGES = 256;

    private final List<OffHeap> memory = new ArrayList<>();
    /// Guarded by this; null as long as a frame has no memory.
    private final @Nullable PageFrame[] frames;
    private final Map<PageId, PageFrame> table = new HashMap<>();
    private final NavigableMap<PageId, PageFrame> dirty = new TreeMap<>();
    private int hand;

    PageCache(int pages) {
        frames = new PageFrame[pages];
    }

    /// A frame's memory is taken when the clock comes to it for the first time: an idle server has little.
    private PageFrame frame(int index) {
        PageFrame made = frames[index];
        if (made == null) {
            int count = Math.min(CHUNK_PAGES, frames.length - index);
            OffHeap chunk = OffHeap.allocate(count * DataPage.BYTES);
            memory.add(chunk);
            for (int i = 0; i < count; i++) {
                frames[index + i] = new PageFrame(chunk.view(i * DataPage.BYTES, DataPage.BYTES));
            }
            made = frames[index];
        }
        return Objects.requireNonNull(made);
    }

    /// Pins the page's frame. A frame that is new to the page is not loaded: whoever latches it
    /// first loads it.
    ///
    /// @return null if every frame is dirty or pinned: flush, then try again
    synchronized @Nullable PageFrame pin(PageId id) {
        PageFrame frame = table.get(id);
        if (frame == null) {
            frame = victim();
            if (frame == null) {
                return null;
            }
            if (frame.id != null) {
                table.remove(frame.id);
            }
            frame.id = id;
            frame.isLoaded = false;
            table.put(id, frame);
        }
        frame.pins++;
        frame.isReferenced = true;
        return frame;
    }

    private @Nullable PageFrame victim() {
        // Twice around: the first time takes the marks away.
        for (int looked = 0; looked < 2 * frames.length; looked++) {
            PageFrame frame = frame(hand);
            hand = (hand + 1) % frames.length;
            if (frame.pins > 0 || frame.isDirty) {
                continue;
            }
            if (!frame.isReferenced) {
                return frame;
            }
            frame.isReferenced = false;
        }
        return null;
    }

    /// Pins the page only if it is dirty.
    synchronized @Nullable PageFrame pinDirty(PageId id) {
        PageFrame frame = dirty.get(id);
        if (frame != null) {
            frame.pins++;
        }
        return frame;
    }

    /// Pins the page only if it is here.
    synchronized @Nullable PageFrame pinPresent(PageId id) {
        PageFrame frame = table.get(id);
        if (frame != null) {
            frame.pins++;
        }
        return frame;
    }

    synchronized void unpin(PageFrame frame) {
        assert frame.pins > 0;
        frame.pins--;
    }

    /// The holder of pin and latch has changed the page.
    void dirtied(PageFrame frame) {
        frame.version++;
        synchronized (this) {
            if (!frame.isDirty) {
                frame.isDirty = true;
                dirty.put(frame.pinnedId(), frame);
            }
        }
    }

    /// What `version` was has been written; the page is clean unless it was changed since.
    void written(PageFrame frame, long version) {
        synchronized (frame) {
            if (frame.version == version) {
                synchronized (this) {
                    frame.isDirty = false;
                    dirty.remove(frame.pinnedId());
                }
            }
        }
    }

    synchronized int dirtyPages() {
        return dirty.size();
    }

    /// All dirty pages, sorted.
    synchronized List<PageId> dirty() {
        return new ArrayList<>(dirty.keySet());
    }

    /// Up to `count` dirty pages from `from` on, then from the first again.
    synchronized List<PageId> dirtyFrom(@Nullable PageId from, int count) {
        List<PageId> found = new ArrayList<>(count);
        if (from != null) {
            take(dirty.tailMap(from, false), count, found);
        }
        take(from == null ? dirty : dirty.headMap(from, true), count, found);
        return found;
    }

    private static void take(Map<PageId, PageFrame> pages, int count, List<PageId> into) {
        for (PageId id : pages.keySet()) {
            if (into.size() == count) {
                return;
            }
            into.add(id);
        }
    }

    @Override
    public void close() {
        memory.forEach(OffHeap::close);
        memory.clear();
    }
}
