package dev.seawall.wal.record.body;

import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.List;

/// A record that is nothing but images of pages: XLOG FPI and FPI_FOR_HINT. No main data.
///
/// By it relations grow: images of empty pages, outside transactions, take effect where they stand.
public final class PageImages {

    public static final int FPI_FOR_HINT = 0xA0;
    public static final int FPI = 0xB0;

    private PageImages() {}

    /// @param kind   [#FPI] or [#FPI_FOR_HINT]
    /// @param blocks 1 to 33, each with an image
    public static void encode(EncodedRecord into, int kind, List<BlockReference> blocks) {
        for (BlockReference block : blocks) {
            if (block.image() == null) {
                throw new IllegalArgumentException("block " + block.id() + " has no image");
            }
        }
        into.begin(ResourceManagerId.XLOG, kind, 0, BlockReference.bytesAtMost(blocks));
        BlockReference.putHeaders(blocks, into);
        BlockReference.putPayloads(blocks, into);
        into.finish();
    }

    /// Images of empty pages `first` to `first + count - 1`, about 40 bytes each.
    ///
    /// @param count 1 to [BlockReference#COUNT_MAX]
    public static void encodeEmpty(EncodedRecord into, RelationId relation, int first, int count) {
        if (count < 1 || count > BlockReference.COUNT_MAX) {
            throw new IllegalArgumentException(count + " pages in one record");
        }
        FullPageImage empty = FullPageImage.ofEmptyPage();
        List<BlockReference> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            blocks.add(BlockReference.withImage(i, relation, first + i, empty));
        }
        encode(into, FPI, blocks);
    }

    public static boolean is(WalRecord record) {
        return record.resourceManager().equals(ResourceManagerId.XLOG)
                && (record.kind() == FPI || record.kind() == FPI_FOR_HINT);
    }
}
