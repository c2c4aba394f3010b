package dev.seawall.wal.record.body;

import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;
import java.util.List;

/// Changed bytes of pages: the Generic resource manager's record. No main data; each block's data
/// is a run of fragments `u16 offset  u16 length  bytes`.
public final class GenericDelta {

    public static final int KIND = 0x00;

    /// A real server's redo aborts on more blocks than this.
    public static final int BLOCKS_MAX = 4;

    public static final int FRAGMENT_HEADER_BYTES = 4;

    private static final int PD_LOWER = 12;
    private static final int PD_UPPER = 14;

    private GenericDelta() {}

    /// @param blocks 1 to 4, each with fragments as data, or an image
    public static void encode(EncodedRecord into, int xid, List<BlockReference> blocks) {
        if (blocks.isEmpty() || blocks.size() > BLOCKS_MAX) {
            throw new IllegalArgumentException("generic record of " + blocks.size() + " blocks, not 1 to 4");
        }
        into.begin(ResourceManagerId.GENERIC, KIND, xid, BlockReference.bytesAtMost(blocks));
        BlockReference.putHeaders(blocks, into);
        BlockReference.putPayloads(blocks, into);
        into.finish();
    }

    /// Adds a fragment to a block's data.
    ///
    /// @param fragments little endian
    public static void putFragment(ByteBuffer fragments, int offset, ByteBuffer bytes) {
        int length = bytes.remaining();
        if (offset < 0 || length > FullPageImage.PAGE_BYTES - offset) {
            throw new IllegalArgumentException("fragment of " + length + " bytes at " + offset);
        }
        fragments.putShort((short) offset).putShort((short) length).put(bytes.duplicate());
    }

    public static boolean is(WalRecord record) {
        return record.resourceManager().equals(ResourceManagerId.GENERIC) && record.kind() == KIND;
    }

    /// Changes a page as PostgreSQL's redo does: the fragments in order, then zeros between pd_lower
    /// and pd_upper as they are now. Setting pd_lsn is left to the caller.
    ///
    /// @param fragments a block's data
    /// @param page      8192 bytes from index 0, little endian; its position is not used
    /// @throws MalformedRecordException if a fragment leaves the page; the page is then half changed
    public static void apply(ByteBuffer fragments, ByteBuffer page) throws MalformedRecordException {
        ByteBuffer in = fragments.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            if (in.remaining() < FRAGMENT_HEADER_BYTES) {
                throw new MalformedRecordException("generic record's fragment is cut off");
            }
            int offset = Short.toUnsignedInt(in.getShort());
            int length = Short.toUnsignedInt(in.getShort());
            if (length > in.remaining() || offset + length > FullPageImage.PAGE_BYTES) {
                throw new MalformedRecordException(
                        "generic record's fragment of " + length + " bytes at " + offset + " leaves the page");
            }
            page.put(offset, in, in.position(), length);
            in.position(in.position() + length);
        }
        int lower = Short.toUnsignedInt(page.getShort(PD_LOWER));
        int upper = Short.toUnsignedInt(page.getShort(PD_UPPER));
        if (lower > upper || upper > FullPageImage.PAGE_BYTES) {
            throw new MalformedRecordException("page has pd_lower " + lower + " and pd_upper " + upper);
        }
        for (int at = lower; at < upper; at++) {
            page.put(at, (byte) 0);
        }
    }
}
