package dev.seawall.checkpointer.pages;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.GenericDelta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;

/// Page records made by hand, and transactions of them.
public final class MadeRecords {

    public static final RelationId RELATION = new RelationId(RelationId.DEFAULT_TABLESPACE, 5, 16384);

    private MadeRecords() {}

    /// A record that grows the relation: empty pages `first` to `first + count - 1`.
    public static WalRecord emptyPages(long end, RelationId relation, int first, int count) {
        BlockReference[] blocks = new BlockReference[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = BlockReference.withImage(i, relation, first + i, FullPageImage.ofEmptyPage());
        }
        return record(end, ResourceManagerId.XLOG, 0xB0, blocks);
    }

    /// A record that restores a page.
    public static WalRecord image(long end, RelationId relation, int block, FullPageImage image) {
        return record(end, ResourceManagerId.XLOG, 0xB0, BlockReference.withImage(0, relation, block, image));
    }

    /// A record that writes bytes into a page.
    public static WalRecord delta(long end, RelationId relation, int block, int offset, byte... content) {
        ByteBuffer fragments = ByteBuffer.allocate(4 + content.length).order(ByteOrder.LITTLE_ENDIAN);
        GenericDelta.putFragment(fragments, offset, ByteBuffer.wrap(content));
        return record(end, ResourceManagerId.GENERIC, 0,
                BlockReference.withData(0, relation, block, fragments.flip()));
    }

    public static WalRecord record(long end, ResourceManagerId resourceManager, int info, BlockReference... blocks) {
        return new WalRecord(new Lsn(end - 8), new Lsn(end), Lsn.INVALID, 8, 0, info, resourceManager, 0, 0,
                List.of(blocks), ByteBuffer.allocate(0));
    }

    /// A transaction of these records; its commit ends with the last of them.
    public static CommittedTransaction transaction(WalRecord... records) {
        return new CommittedTransaction() {
            @Override
            public long xid() {
                return 1000;
            }

            @Override
            public Instant commitTime() {
                return Instant.EPOCH;
            }

            @Override
            public Lsn firstLsn() {
                return records[0].start();
            }

            @Override
            public void forEach(Visitor visitor) throws IOException {
                for (WalRecord record : records) {
                    visitor.pages(record);
                }
            }
        };
    }

    /// Redoes each record as a transaction of its own.
    public static void redo(PageStore store, WalRecord... records) throws IOException {
        for (WalRecord record : records) {
            store.redo(transaction(record), record.end());
        }
    }
}
