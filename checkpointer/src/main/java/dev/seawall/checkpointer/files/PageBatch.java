package dev.seawall.checkpointer.files;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.record.RelationId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A slot of the double-write file in memory: copies of pages, and what they are copies of.
///
/// ```
///  0 u64 magic   8 u64 generation   16 u32 slot   20 u32 pages in it   24 u64 newest LSN written so far
/// 32 for each page, 24 bytes: u32 tablespace, database, relation, fork, block; u32 CRC-32C of the page
/// 8188 u32 CRC-32C of the bytes before
/// 8192 the pages
/// ```
/// One thread at a time.
public final class PageBatch implements AutoCloseable {

    static final int HEADER_BYTES = DataPage.BYTES;
    public static final int PAGES_MAX = 256;

    private static final long MAGIC = 0x6574_6972_7765_6431L;
    private static final int GENERATION = 8;
    private static final int SLOT = 16;
    private static final int COUNT = 20;
    private static final int NEWEST = 24;
    private static final int ENTRIES = 32;
    private static final int ENTRY_BYTES = 24;
    private static final int CRC = HEADER_BYTES - Integer.BYTES;

    private final OffHeap memory;
    private final ByteBuffer header;
    private final @Nullable PageId[] ids;
    private final CRC32C crc = new CRC32C();
    private int count;

    public PageBatch(int pages) {
        if (pages < 1 || pages > PAGES_MAX) {
            throw new IllegalArgumentException("a batch of " + pages + " pages");
        }
        memory = OffHeap.allocate(slotBytes(pages));
        header = memory.view(0, HEADER_BYTES);
        ids = new PageId[pages];
    }

    /// Bytes of a slot for batches of up to `pages`.
    static int slotBytes(int pages) {
        return HEADER_BYTES + pages * DataPage.BYTES;
    }

    public void clear() {
        count = 0;
    }

    public int count() {
        return count;
    }

    public boolean isFull() {
        return count == ids.length;
    }

    public PageId id(int index) {
        PageId id = ids[index];
        if (id == null || index >= count) {
            throw new IndexOutOfBoundsException("page " + index + " of a batch of " + count);
        }
        return id;
    }

    /// The copy's bytes, little endian.
    public ByteBuffer page(int index) {
        return memory.view(HEADER_BYTES + index * DataPage.BYTES, DataPage.BYTES);
    }

    /// Adds a copy of the page.
    ///
    /// @return the copy, to be given its checksum
    public ByteBuffer add(PageId id, ByteBuffer page) {
        ids[count] = id;
        memory.put(HEADER_BYTES + count * DataPage.BYTES, page, 0, DataPage.BYTES);
        return page(count++);
    }

    /// Completes the header for a place in the file.
    ///
    /// @return all there is to write
    ByteBuffer seal(long generation, int slot, Lsn newest) {
        memory.zero(0, HEADER_BYTES);
        header.putLong(0, MAGIC).putLong(GENERATION, generation).putInt(SLOT, slot).putInt(COUNT, count);
        header.putLong(NEWEST, newest.value());
        for (int i = 0; i < count; i++) {
            PageId id = id(i);
            RelationId relation = id.relation();
            int at = ENTRIES + i * ENTRY_BYTES;
            header.putInt(at, relation.tablespace()).putInt(at + 4, relation.database());
            header.putInt(at + 8, relation.relation()).putInt(at + 12, id.fork()).putInt(at + 16, id.block());
            header.putInt(at + 20, crc(page(i)));
        }
        header.putInt(CRC, crc(memory.view(0, CRC)));
        return memory.view(0, slotBytes(count));
    }

    /// Where to read a slot's bytes to, before [#open].
    ByteBuffer slot() {
        return memory.view(0, memory.bytes());
    }

    /// Looks at a slot that was read.
    ///
    /// @param bytes how many there were
    /// @return whether every byte of it is as it was written: of a torn one no page went further
    boolean open(int bytes) {
        Arrays.fill(ids, null);
        count = 0;
        if (bytes < HEADER_BYTES || header.getLong(0) != MAGIC || header.getInt(CRC) != crc(memory.view(0, CRC))) {
            return false;
        }
        int pages = header.getInt(COUNT);
        if (pages < 0 || pages > ids.length || bytes < slotBytes(pages)) {
            return false;
        }
        for (int i = 0; i < pages; i++) {
            int at = ENTRIES + i * ENTRY_BYTES;
            if (header.getInt(at + 20) != crc(page(i))) {
                return false;
            }
            ids[i] = new PageId(new RelationId(header.getInt(at), header.getInt(at + 4), header.getInt(at + 8)),
                    header.getInt(at + 12), header.getInt(at + 16));
        }
        count = pages;
        return true;
    }

    long generation() {
        return header.getLong(GENERATION);
    }

    int slotNumber() {
        return header.getInt(SLOT);
    }

    /// The newest page LSN ever written when this slot was.
    Lsn newest() {
        return new Lsn(header.getLong(NEWEST));
    }

    private int crc(ByteBuffer bytes) {
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        memory.close();
    }
}
