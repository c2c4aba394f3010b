package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.PageChecksum;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.files.RelationFiles;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Getting at a page: through the cache, from its file when it is not there, its checksum checked.
final class PageAccess {

    private static final long NAP_NANOS = 1_000_000;

    private final PageCache cache;
    private final RelationFiles files;
    private final PageFlush flush;
    private final World world;

    PageAccess(PageCache cache, RelationFiles files, PageFlush flush, World world) {
        this.cache = cache;
        this.files = files;
        this.flush = flush;
        this.world = world;
    }

    /// Copies a page out.
    void read(PageId id, ByteBuffer into) throws IOException {
        PageFrame frame = pin(id);
        try {
            synchronized (frame) {
                load(frame, id);
                into.put(into.position(), frame.page, 0, DataPage.BYTES);
            }
            into.position(into.position() + DataPage.BYTES);
        } finally {
            cache.unpin(frame);
        }
    }

    /// Copies a page out for a backup, its checksum set: from memory if it is there, else from its file, which
    /// leaves in memory what is there. Not while pages are written in place.
    void copy(PageId id, ByteBuffer into) throws IOException {
        if (copyPresent(id, into)) {
            DataPage.checksum(into, new PageChecksum().of(into, id.block()));
        } else {
            // What is not in memory is clean: its file has it.
            readFile(id, into);
        }
    }

    private boolean copyPresent(PageId id, ByteBuffer into) {
        PageFrame frame = cache.pinPresent(id);
        if (frame == null) {
            return false;
        }
        try {
            synchronized (frame) {
                // If it is not loaded yet, its file is as good.
                if (frame.isLoaded) {
                    into.put(0, frame.page, 0, DataPage.BYTES);
                }
                return frame.isLoaded;
            }
        } finally {
            cache.unpin(frame);
        }
    }

    /// Pins a frame for the page, writing dirty pages early when there is no clean one. Not loaded.
    PageFrame pin(PageId id) throws IOException {
        PageFrame frame = cache.pin(id);
        while (frame == null) {
            flush.writeEarly();
            frame = cache.pin(id);
            if (frame == null) {
                // Every frame is pinned, which lasts as long as a copy or a read does.
                world.park(() -> false, NAP_NANOS);
            }
        }
        return frame;
    }

    /// Makes sure that the frame's bytes are the page's. By the holder of pin and latch.
    ///
    /// @throws dev.seawall.wal.WalCorruptException if the file doesn't have the page, or not whole
    void load(PageFrame frame, PageId id) throws IOException {
        if (frame.isLoaded) {
            return;
        }
        readFile(id, frame.page);
        frame.isLoaded = true;
    }

    /// @param page filled from 0 on
    private void readFile(PageId id, ByteBuffer page) throws IOException {
        if (!files.read(id, page.clear())) {
            throw files.damaged(id, "page is not there");
        }
        page.clear();
        if (DataPage.isNew(page)) {
            throw files.damaged(id, "page was never written, or is zeroed,");
        }
        int expected = new PageChecksum().of(page, id.block());
        int found = DataPage.checksum(page);
        if (expected != found) {
            throw files.damaged(id, String.format("page has checksum %04X, its content %04X,", found, expected));
        }
    }
}
