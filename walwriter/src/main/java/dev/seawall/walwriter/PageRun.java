package dev.seawall.walwriter;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.body.GenericDelta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A transaction's page changes, gathered until its commit: encoded Generic records, in memory and
/// past a limit in a temporary file.
///
/// Changes of up to four pages go into one record; the fragments of a page keep their order. Only
/// positions and links are missing from the records: they get them when the run is reserved.
final class PageRun implements AutoCloseable {

    /// A run is one reservation, and a real server must be able to redo it.
    static final long BYTES_MAX = 64L << 20;

    private static final int MEMORY_BYTES = 1 << 20;
    /// Of one page's data in a record, whose length is 16 bits.
    private static final int BLOCK_DATA_MAX = 32 << 10;

    private final Disk disk;
    private final Path spillPath;
    private final EncodedRecord scratch = new EncodedRecord(4096);

    private final List<Page> open = new ArrayList<>(GenericDelta.BLOCKS_MAX);
    private ByteBuffer memory = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable DiskFile spill;
    private long spilled;
    private long alignedBytes;
    private int count;

    /// A page of the record that is being gathered.
    private static final class Page {
        final RelationId relation;
        final int block;
        ByteBuffer fragments = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

        Page(RelationId relation, int block) {
            this.relation = relation;
            this.block = block;
        }

        boolean hasRoomFor(int bytes) {
            return fragments.position() + bytes <= BLOCK_DATA_MAX;
        }

        void put(int offset, ByteBuffer bytes) {
            int needed = fragments.position() + GenericDelta.FRAGMENT_HEADER_BYTES + bytes.remaining();
            if (needed > fragments.capacity()) {
                fragments = ByteBuffer.allocate(Math.max(2 * fragments.capacity(), needed))
                        .order(ByteOrder.LITTLE_ENDIAN).put(fragments.flip());
            }
            GenericDelta.putFragment(fragments, offset, bytes);
        }
    }

    /// @param spillPath a file of the log's own that an interrupted run may leave behind
    PageRun(Disk disk, Path spillPath) {
        this.disk = disk;
        this.spillPath = spillPath;
    }

    /// Adds a change that has been checked against the relation's size and the page's bounds.
    ///
    /// @throws TransactionAbortedException if the run grows past [#BYTES_MAX]
    void write(RelationId relation, int block, int offset, ByteBuffer bytes, int xid) throws IOException {
        int needed = GenericDelta.FRAGMENT_HEADER_BYTES + bytes.remaining();
        Page page = find(relation, block);
        if (page != null && !page.hasRoomFor(needed)) {
            finishRecord(xid);
            page = null;
        }
        if (page == null) {
            if (open.size() == GenericDelta.BLOCKS_MAX) {
                finishRecord(xid);
            }
            page = new Page(relation, block);
            open.add(page);
        }
        page.put(offset, bytes);
    }

    private @Nullable Page find(RelationId relation, int block) {
        for (Page page : open) {
            if (page.block == block && page.relation.equals(relation)) {
                return page;
            }
        }
        return null;
    }

    private void finishRecord(int xid) throws IOException {
        if (open.isEmpty()) {
            return;
        }
        List<BlockReference> blocks = new ArrayList<>();
        for (Page page : open) {
            blocks.add(new BlockReference(blocks.size(), 0, page.relation, page.block, false, null,
                    page.fragments.flip()));
        }
        open.clear();
        GenericDelta.encode(scratch, xid, blocks);
        alignedBytes += PageLayout.align8(scratch.length());
        count++;
        if (alignedBytes > BYTES_MAX) {
            throw TransactionAbortedException.tooLarge("page changes of one transaction exceed "
                    + (BYTES_MAX >> 20) + " MB\nHINT: Split the transaction.");
        }
        keep(scratch.encoded());
    }

    private void keep(ByteBuffer record) throws IOException {
        if (memory.remaining() < record.remaining()) {
            if (memory.position() + record.remaining() > MEMORY_BYTES) {
                spill();
            } else {
                memory = ByteBuffer.allocate(Math.max(2 * memory.capacity(), memory.position() + record.remaining()))
                        .order(ByteOrder.LITTLE_ENDIAN).put(memory.flip());
            }
            if (memory.remaining() < record.remaining()) {
                memory = ByteBuffer.allocate(record.remaining()).order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        memory.put(record);
    }

    private void spill() throws IOException {
        if (spill == null) {
            spill = disk.open(spillPath, Set.of(Open.CREATE));
        }
        memory.flip();
        int bytes = memory.remaining();
        spill.write(memory, spilled);
        spilled += bytes;
        memory.clear();
    }

    /// No more changes come: completes the last record.
    void finish(int xid) throws IOException {
        finishRecord(xid);
    }

    boolean isEmpty() {
        return count == 0 && open.isEmpty();
    }

    long alignedBytes() {
        return alignedBytes;
    }

    int count() {
        return count;
    }

    /// The records from the first on.
    Records records() {
        return new Records();
    }

    /// Reads the gathered records back, one at a time into the same scratch.
    final class Records {

        private final @Nullable ByteBuffer fromSpill;
        private long spillAt;
        private final ByteBuffer fromMemory = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();

        private Records() {
            fromSpill = spill == null ? null
                    : ByteBuffer.allocate(MEMORY_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
        }

        @Nullable EncodedRecord next() throws IOException {
            ByteBuffer from = fromSpill != null && (fromSpill.hasRemaining() || spillAt < spilled)
                    ? refill(fromSpill) : fromMemory;
            if (!from.hasRemaining()) {
                return null;
            }
            int length = from.getInt(from.position() + EncodedRecord.LENGTH_OFFSET);
            scratch.load(from.slice(from.position(), length));
            from.position(from.position() + length);
            return scratch;
        }

        private ByteBuffer refill(ByteBuffer buffer) throws IOException {
            boolean isWhole = buffer.remaining() >= EncodedRecord.HEADER_BYTES
                    && buffer.remaining() >= buffer.getInt(buffer.position() + EncodedRecord.LENGTH_OFFSET);
            if (!isWhole) {
                buffer.compact();
                DiskFile file = java.util.Objects.requireNonNull(spill);
                buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + spilled - spillAt));
                spillAt += file.read(buffer, spillAt);
                buffer.flip();
            }
            return buffer;
        }
    }

    @Override
    public void close() throws IOException {
        scratch.close();
        if (spill != null) {
            spill.close();
            disk.delete(spillPath);
        }
    }
}
