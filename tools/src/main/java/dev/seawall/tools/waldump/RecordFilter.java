package dev.seawall.tools.waldump;

import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import java.util.BitSet;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Which records are wanted: all that pass every filter given.
///
/// @param managers   wanted resource managers' numbers; null for all
/// @param relation   a record must name a block of it; null for any
/// @param block      and this block
/// @param fork       a record must name a block in this fork
/// @param isImageOnly only records with an image
record RecordFilter(
        @Nullable BitSet managers, OptionalInt xid, @Nullable RelationId relation, OptionalInt block,
        OptionalInt fork, boolean isImageOnly) {

    boolean takes(WalRecord record) {
        if (managers != null && !managers.get(record.resourceManager().value())) {
            return false;
        }
        if (xid.isPresent() && xid.getAsInt() != record.xid()) {
            return false;
        }
        if ((relation != null || fork.isPresent()) && !namesBlock(record)) {
            return false;
        }
        return !isImageOnly || hasImage(record);
    }

    private boolean namesBlock(WalRecord record) {
        for (BlockReference reference : record.blocks()) {
            if ((fork.isEmpty() || fork.getAsInt() == reference.fork())
                    && (relation == null || relation.equals(reference.relation()))
                    && (block.isEmpty() || block.getAsInt() == reference.block())) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasImage(WalRecord record) {
        for (BlockReference reference : record.blocks()) {
            if (reference.image() != null) {
                return true;
            }
        }
        return false;
    }
}
