package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.files.RelationFile;
import dev.seawall.checkpointer.files.RelationFiles;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.GenericDelta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/// Redo of one page record, as PostgreSQL does it: an image replaces the page whatever is there; a
/// Generic delta is applied unless the page is newer than the record.
///
/// The one who calls is redo's thread. A page that a delta needs and that is not there is damage:
/// nothing is made up.
final class PageRedo implements AutoCloseable {

    private final PageAccess access;
    private final PageCache cache;
    private final PageFlush flush;
    private final RelationFiles files;
    private final Map<PageId, Integer> blocks;
    private final int dirtyPagesMax;

    /// Where a page is put together before readers may see it, and before it is known to be right.
    private final OffHeap scratchMemory = OffHeap.allocate(DataPage.BYTES);
    private final ByteBuffer scratch = scratchMemory.view(0, DataPage.BYTES);

    PageRedo(PageAccess access, PageCache cache, PageFlush flush, RelationFiles files,
             Map<PageId, Integer> blocks, int dirtyPagesMax) {
        this.access = access;
        this.cache = cache;
        this.flush = flush;
        this.files = files;
        this.blocks = blocks;
        this.dirtyPagesMax = dirtyPagesMax;
    }

    /// While files are held and memory is full of dirty pages, waits for the files' release.
    void awaitRoom() {
        flush.awaitRelease(() -> cache.dirtyPages() < dirtyPagesMax);
    }

    void redo(WalRecord record) throws IOException {
        for (BlockReference block : record.blocks()) {
            while (cache.dirtyPages() >= dirtyPagesMax) {
                flush.writeEarly();
            }
            PageId id = new PageId(block.relation(), block.fork(), block.block());
            if (id.relation().tablespace() != RelationId.DEFAULT_TABLESPACE) {
                throw notRedone(record, id, "is in a tablespace that this cluster does not have");
            }
            FullPageImage image = block.image();
            if (image != null && image.isApplied()) {
                restore(record, id, image);
            } else if (GenericDelta.is(record)) {
                apply(record, id, block.data());
            } else if (image == null) {
                throw notRedone(record, id, "is changed by a record that only PostgreSQL can redo");
            }
        }
    }

    private void restore(WalRecord record, PageId id, FullPageImage image) throws IOException {
        try {
            image.restore(scratch.clear());
        } catch (MalformedRecordException e) {
            throw files.damaged(id, "record at LSN " + record.start() + ": " + e.getMessage());
        }
        scratch.clear();
        if (!DataPage.isSane(scratch)) {
            throw files.damaged(id, "record at LSN " + record.start() + " has an image that is no page,");
        }
        DataPage.lsn(scratch, record.end());
        PageFrame frame = access.pin(id);
        try {
            synchronized (frame) {
                // What the file has is of no interest, and may be torn.
                frame.isLoaded = true;
                replace(frame);
            }
        } finally {
            cache.unpin(frame);
        }
        blocks.merge(new PageId(id.relation(), id.fork(), 0), Math.addExact(id.block(), 1), Math::max);
    }

    private void apply(WalRecord record, PageId id, ByteBuffer delta) throws IOException {
        PageFrame frame = access.pin(id);
        try {
            synchronized (frame) {
                access.load(frame, id);
                Lsn before = DataPage.lsn(frame.page);
                if (before.isAtLeast(record.end())) {
                    return;
                }
                scratch.put(0, frame.page, 0, DataPage.BYTES);
                GenericDelta.apply(delta, scratch);
                DataPage.lsn(scratch, record.end());
                replace(frame);
            }
        } catch (MalformedRecordException e) {
            throw files.damaged(id, "record at LSN " + record.start() + ": " + e.getMessage());
        } finally {
            cache.unpin(frame);
        }
    }

    private void replace(PageFrame frame) {
        frame.page.put(0, scratch, 0, DataPage.BYTES);
        cache.dirtied(frame);
    }

    private WalCorruptException notRedone(WalRecord record, PageId id, String why) {
        return WalCorruptException.inFile("page " + id + " " + why + ", at LSN " + record.start()
                + " (" + record.resourceManager().displayName() + ")", RelationFile.of(id).path(),
                "This log was not written by Seawall; replay it with PostgreSQL.");
    }

    @Override
    public void close() {
        scratchMemory.close();
    }
}
