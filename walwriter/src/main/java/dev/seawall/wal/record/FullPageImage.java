package dev.seawall.wal.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/// A page as it was, stored in a record: the hole in its middle cut out, then perhaps compressed.
///
/// ```
/// page    |header and line pointers|   hole, all zero   |tuples|
/// stored  |header and line pointers|tuples|          raw, pglz, one lz4 block or one zstd frame
/// ```
///
/// @param stored      the bytes in the record, read-only
/// @param holeOffset  where the hole began; 0 if there is none
/// @param holeLength  how long it was; 0 if there is none
/// @param info        flag bits as stored (PostgreSQL 15): 0x01 hole, 0x02 apply, 0x04 pglz, 0x08 lz4, 0x10 zstd
public record FullPageImage(ByteBuffer stored, int holeOffset, int holeLength, int info) {

    public static final int HAS_HOLE = 0x01;
    public static final int APPLY = 0x02;
    public static final int PGLZ = 0x04;
    public static final int LZ4 = 0x08;
    public static final int ZSTD = 0x10;

    /// A data page's size: PostgreSQL's BLCKSZ.
    public static final int PAGE_BYTES = 8192;

    /// A data page's header, and in it the end of what grows from the front and the start of what
    /// grows from the back; all between is zero, or worth nothing.
    public static final int PAGE_HEADER_BYTES = 24;
    private static final int PD_LOWER = 12;
    private static final int PD_UPPER = 14;

    /// The raw image of a page, its hole found as PostgreSQL finds it: pd_lower to pd_upper.
    ///
    /// @param page 8192 bytes from its position on, little endian; must not change before the image is used
    public static FullPageImage of(ByteBuffer page) {
        int at = page.position();
        int lower = Short.toUnsignedInt(page.getShort(at + PD_LOWER));
        int upper = Short.toUnsignedInt(page.getShort(at + PD_UPPER));
        if (lower < PAGE_HEADER_BYTES || upper <= lower || upper > PAGE_BYTES) {
            return new FullPageImage(page.slice(at, PAGE_BYTES), 0, 0, APPLY);
        }
        ByteBuffer stored = ByteBuffer.allocate(PAGE_BYTES - (upper - lower));
        stored.put(page.slice(at, lower)).put(page.slice(at + upper, PAGE_BYTES - upper)).flip();
        return new FullPageImage(stored, lower, upper - lower, APPLY | HAS_HOLE);
    }

    /// The image of an empty page on which every byte behind the header is content (pd_lower and
    /// pd_upper are both 24), as relations grow by. Those bytes are zero, so the image leaves them
    /// out as its hole: redo zeroes a hole wherever it lies.
    public static FullPageImage ofEmptyPage() {
        ByteBuffer header = ByteBuffer.allocate(PAGE_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        putEmptyHeader(header);
        return new FullPageImage(
                header, PAGE_HEADER_BYTES, PAGE_BYTES - PAGE_HEADER_BYTES, APPLY | HAS_HOLE);
    }

    private static void putEmptyHeader(ByteBuffer page) {
        page.putShort(PD_LOWER, (short) PAGE_HEADER_BYTES).putShort(PD_UPPER, (short) PAGE_HEADER_BYTES);
        page.putShort(16, (short) PAGE_BYTES).putShort(18, (short) (PAGE_BYTES | 4));
    }

    /// Whether redo restores the page from it; otherwise it is there to check against.
    public boolean isApplied() {
        return (info & APPLY) != 0;
    }

    public boolean isCompressed() {
        return (info & (PGLZ | LZ4 | ZSTD)) != 0;
    }

    /// Writes the page into 8192 bytes from the buffer's position on, which moves behind them.
    ///
    /// @throws MalformedRecordException if the stored bytes are not a page; the buffer is left half written
    public void restore(ByteBuffer page) throws MalformedRecordException {
        if (page.remaining() < PAGE_BYTES || holeOffset + holeLength > PAGE_BYTES) {
            throw new MalformedRecordException("page image has a hole of " + holeLength + " bytes at " + holeOffset);
        }
        int at = page.position();
        ByteBuffer content = isCompressed() ? decompressed() : stored.duplicate();
        if (content.remaining() != PAGE_BYTES - holeLength) {
            throw new MalformedRecordException("page image has " + content.remaining() + " bytes, not "
                    + (PAGE_BYTES - holeLength));
        }
        int front = holeLength == 0 ? PAGE_BYTES : holeOffset;
        page.put(content.slice(content.position(), front));
        for (int i = 0; i < holeLength; i++) {
            page.put((byte) 0);
        }
        page.put(content.slice(content.position() + front, content.remaining() - front));
        assert page.position() == at + PAGE_BYTES;
    }

    private ByteBuffer decompressed() throws MalformedRecordException {
        byte[] out = new byte[PAGE_BYTES - holeLength];
        if ((info & PGLZ) != 0) {
            Pglz.decompress(stored, ByteBuffer.wrap(out));
            return ByteBuffer.wrap(out);
        }
        byte[] in = new byte[stored.remaining()];
        stored.duplicate().get(in);
        return ByteBuffer.wrap(out, 0, (info & LZ4) != 0 ? lz4(in, out) : zstd(in, out));
    }

    private static int lz4(byte[] in, byte[] out) throws MalformedRecordException {
        try {
            return LZ4Factory.safeInstance().safeDecompressor().decompress(in, out);
        } catch (LZ4Exception e) {
            throw new MalformedRecordException("page image's lz4 block is damaged: " + e.getMessage());
        }
    }

    private static int zstd(byte[] in, byte[] out) throws MalformedRecordException {
        try {
            return (int) Zstd.decompress(out, in);
        } catch (ZstdException e) {
            throw new MalformedRecordException("page image's zstd frame is damaged: " + e.getMessage());
        }
    }
}
