package dev.seawall.wal.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page that a record touches, with the page's image or the data to change it by.
///
/// How it stands in a record: [BlockHeader].
///
/// @param id    0..32, ascending in a record
/// @param fork  0 main, 1 fsm, 2 vm, 3 init
/// @param block page number, unsigned
/// @param image the stored image, or null
/// @param data  the resource manager's bytes for this page, read-only, little endian; empty if none
public record BlockReference(
        int id, int fork, RelationId relation, int block, boolean isWillInit,
        @Nullable FullPageImage image, ByteBuffer data) {

    public static final int ID_MAX = 32;

    public static final int MAIN_FORK = 0;

    /// Pages that one record can name.
    public static final int COUNT_MAX = ID_MAX + 1;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /// A page of a main fork with data for it.
    public static BlockReference withData(int id, RelationId relation, int block, ByteBuffer data) {
        return new BlockReference(id, MAIN_FORK, relation, block, false, null, data);
    }

    /// A page of a main fork with its image.
    public static BlockReference withImage(int id, RelationId relation, int block, FullPageImage image) {
        return new BlockReference(id, MAIN_FORK, relation, block, false, image, NO_DATA);
    }

    public boolean hasData() {
        return data.hasRemaining();
    }

    /// Room that the references take in a record, headers and payloads; perhaps a little more.
    public static int bytesAtMost(List<BlockReference> blocks) {
        int bytes = 0;
        for (BlockReference block : blocks) {
            bytes += BlockHeader.BYTES_MAX + block.data.remaining();
            bytes += block.image == null ? 0 : block.image.stored().remaining();
        }
        return bytes;
    }

    /// Puts the headers; the main-data header comes behind them, then [#putPayloads].
    ///
    /// @throws IllegalArgumentException if ids do not ascend or data is too long for its length field
    public static void putHeaders(List<BlockReference> blocks, EncodedRecord into) {
        RelationId before = null;
        int last = -1;
        for (BlockReference block : blocks) {
            if (block.id <= last || block.id > ID_MAX) {
                throw new IllegalArgumentException("block id " + block.id + " after " + last);
            }
            if (block.data.remaining() > BlockHeader.LENGTH_MAX) {
                throw new IllegalArgumentException("block " + block.relation + ":" + block.block + " has "
                        + block.data.remaining() + " bytes of data, more than " + BlockHeader.LENGTH_MAX);
            }
            BlockHeader.of(block, before).write(into.body());
            before = block.relation;
            last = block.id;
        }
    }

    /// Puts images and data, each block's together, in the headers' order.
    public static void putPayloads(List<BlockReference> blocks, EncodedRecord into) {
        for (BlockReference block : blocks) {
            if (block.image != null) {
                into.body().put(block.image.stored().duplicate());
            }
            into.body().put(block.data.duplicate());
        }
    }
}
