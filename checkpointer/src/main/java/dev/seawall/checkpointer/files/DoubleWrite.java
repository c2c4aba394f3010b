package dev.seawall.checkpointer.files;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// `base/double_write`: each page is durable here before it is written in place, so that a page
/// torn by a power cut is made whole again.
///
/// ```
///    0 header A   4096 header B: u64 magic, u64 generation, u32 slots, u32 pages a slot,
///                                u64 newest LSN written, u32 CRC-32C; the one of the higher generation counts
/// 8192 slots, filled from the first to the last, each a [PageBatch]
/// ```
/// A *generation* is one filling of the slots. The next begins ([#reuse]) only when every file
/// that pages of this one went to is synced; the new header is synced before a slot is written
/// over. So what is in a slot of an older generation never counts: its pages may have been
/// written since, and putting the copy back would undo that.
///
/// Not thread-safe.
public final class DoubleWrite implements AutoCloseable {

    public static final String FILE_NAME = "double_write";

    private static final long MAGIC = 0x6574_6972_7765_6430L;
    private static final int HEADER_SECTOR = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final int CRC = 32;
    private static final int SLOTS_AT = 2 * HEADER_SECTOR;

    private final DiskFile file;
    private final String name;
    private Header header;
    private int nextSlot;

    private DoubleWrite(DiskFile file, String name, Header header) {
        this.file = file;
        this.name = name;
        this.header = header;
    }

    /// What a generation's slots are like.
    private record Header(long generation, int slots, int slotPages, Lsn newest) {

        ByteBuffer toSector() {
            ByteBuffer out = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            out.putLong(0, MAGIC).putLong(8, generation).putInt(16, slots).putInt(20, slotPages);
            out.putLong(24, newest.value());
            return out.putInt(CRC, crc(out));
        }

        static @org.jspecify.annotations.Nullable Header read(ByteBuffer in) {
            int pages = in.getInt(20);
            if (in.getLong(0) != MAGIC || in.getInt(CRC) != crc(in)
                    || in.getInt(16) < 1 || pages < 1 || pages > PageBatch.PAGES_MAX) {
                return null;
            }
            return new Header(in.getLong(8), in.getInt(16), pages, new Lsn(in.getLong(24)));
        }

        private static int crc(ByteBuffer sector) {
            CRC32C crc = new CRC32C();
            crc.update(sector.slice(0, CRC));
            return (int) crc.getValue();
        }
    }

    /// Opens or creates the file. What an earlier process wrote is synced and its cache dropped,
    /// so that only what the disk has is believed. Call [#restore] next, before anything reads a
    /// page.
    public static DoubleWrite open(Disk disk, Path base) throws IOException {
        Path path = base.resolve(FILE_NAME);
        DiskFile file = disk.open(path, EnumSet.of(Disk.Open.CREATE));
        try {
            file.sync();
            file.dropCache();
            disk.syncDirectory(base);
            Header a = readHeader(file, 0);
            Header b = readHeader(file, 1);
            Header newer = a == null || b != null && b.generation() > a.generation() ? b : a;
            if (newer == null && file.size() > SLOTS_AT) {
                // Slots are written only behind a synced header.
                throw WalCorruptException.inFile("neither header of the double-write file is intact",
                        path.toString(), "Restore the cluster from a base backup and the archive.");
            }
            return new DoubleWrite(file, path.toString(),
                    newer == null ? new Header(0, 1, 1, Lsn.INVALID) : newer);
        } catch (Throwable t) {
            file.close();
            throw t;
        }
    }

    private static @org.jspecify.annotations.Nullable Header readHeader(DiskFile file, int which)
            throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return file.read(sector, (long) which * HEADER_SECTOR) < SECTOR_BYTES ? null : Header.read(sector);
    }

    /// Writes the newest intact copy of every page back in place, whatever is there, and syncs
    /// that: 16 bits of a page's checksum can't tell whether it is torn. Then begins a new
    /// generation with slots as asked for.
    ///
    /// @return pages written back
    public int restore(RelationFiles files, int slots, int slotPages) throws IOException {
        Map<PageId, Integer> newestSlot = new HashMap<>();
        Lsn newest = header.newest();
        try (PageBatch batch = new PageBatch(header.slotPages())) {
            // A later slot was written later: it replaces what an earlier one says.
            for (int slot = 0; slot < header.slots(); slot++) {
                if (read(batch, slot)) {
                    newest = Lsn.max(newest, batch.newest());
                    for (int i = 0; i < batch.count(); i++) {
                        newestSlot.put(batch.id(i), slot);
                    }
                }
            }
            for (int slot = 0; slot < header.slots() && !newestSlot.isEmpty(); slot++) {
                if (newestSlot.containsValue(slot) && read(batch, slot)) {
                    for (int i = 0; i < batch.count(); i++) {
                        if (newestSlot.get(batch.id(i)) == slot) {
                            files.write(batch.id(i), batch.page(i));
                        }
                    }
                }
            }
        }
        files.syncWritten();
        begin(new Header(header.generation() + 1, slots, slotPages, newest));
        return newestSlot.size();
    }

    private boolean read(PageBatch batch, int slot) throws IOException {
        int bytes = file.read(batch.slot(), offset(slot));
        if (!batch.open(bytes) || batch.slotNumber() != slot) {
            return false;
        }
        if (batch.generation() > header.generation()) {
            // Its header was durable before it was written, and is not readable now.
            throw WalCorruptException.inFile("header of the double-write file says generation "
                    + header.generation() + ", slot " + slot + " is of generation " + batch.generation(),
                    name, "Restore the cluster from a base backup and the archive.");
        }
        return batch.generation() == header.generation();
    }

    private long offset(int slot) {
        return SLOTS_AT + (long) slot * PageBatch.slotBytes(header.slotPages());
    }

    /// Whether there is no room for another batch: sync every file, then [#reuse].
    public boolean isFull() {
        return nextSlot == header.slots();
    }

    public boolean isEmpty() {
        return nextSlot == 0;
    }

    /// The newest LSN of all pages ever written: log up to there is what `base/` was made from.
    public Lsn newest() {
        return header.newest();
    }

    /// Makes a batch durable here. Its pages may be written in place when this returns.
    public void write(PageBatch batch, Lsn newestInBatch) throws IOException {
        Lsn newest = Lsn.max(header.newest(), newestInBatch);
        header = new Header(header.generation(), header.slots(), header.slotPages(), newest);
        file.write(batch.seal(header.generation(), nextSlot, newest), offset(nextSlot));
        file.syncData();
        nextSlot++;
    }

    /// Gives the slots free. Only when every file that a page was written to since the last call is
    /// synced, its directory too: from here on nothing can make those pages whole again.
    public void reuse() throws IOException {
        begin(new Header(header.generation() + 1, header.slots(), header.slotPages(), header.newest()));
    }

    private void begin(Header next) throws IOException {
        file.write(next.toSector(), (next.generation() & 1) * HEADER_SECTOR);
        // Before any slot is written over: a slot of the new generation under the old header would
        // look torn, and a page of the old one behind it would be put back over a newer one.
        file.syncData();
        header = next;
        nextSlot = 0;
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
