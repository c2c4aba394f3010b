package dev.seawall.tools.waldump;

import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.RelationId;
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

    boolean takes(RecordInPlace record) {
        if (managers != null && !managers.get(record.resourceManager().value())) {
            return false;
        }
        if (xid.isPresent() && xid.getAsInt() != record.xid()) {
            return false;
        }
        if ((relation != null || fork.isPresent()) && !namesBlock(record)) {
            return false;
        }
        return !isImageOnly || record.images() > 0;
    }

    private boolean namesBlock(RecordInPlace record) {
        for (int i = 0; i < record.blocks(); i++) {
            if ((fork.isEmpty() || fork.getAsInt() == record.fork(i))
                    && (relation == null || record.isOf(i, relation))
                    && (block.isEmpty() || block.getAsInt() == record.blockNumber(i))) {
                return true;
            }
        }
        return false;
    }
}
