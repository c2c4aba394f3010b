package dev.seawall.tools.walbench.checkpoint;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.pages.PageStore;
import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.PageImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// A relation all of whose pages redo has just changed, in no order.
final class DirtyPages {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);
    private static final int CONTENT = 512;

    private final PageStore store;
    private final int pages;
    private final Random random = new Random(1);
    private long lsn = 1 << 20;

    DirtyPages(PageStore store, int pages) {
        this.store = store;
        this.pages = pages;
    }

    /// Gives every page new content.
    void change() throws IOException {
        List<Integer> order = new ArrayList<>(pages);
        for (int block = 0; block < pages; block++) {
            order.add(block);
        }
        if (store.blocks(RELATION) == pages) {
            Collections.shuffle(order, random);
        }
        byte[] content = new byte[CONTENT];
        for (int block : order) {
            random.nextBytes(content);
            ByteBuffer page = ByteBuffer.allocate(DataPage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            DataPage.initialize(page);
            page.put(DataPage.HEADER_BYTES, content);
            lsn += DataPage.BYTES;
            store.redo(new OnePage(new WalRecord(new Lsn(lsn - 8), new Lsn(lsn), Lsn.INVALID, 8, 0, PageImages.FPI,
                    ResourceManagerId.XLOG, 0, 0, List.of(BlockReference.withImage(0, RELATION, block,
                            new FullPageImage(page.clear(), 0, 0, FullPageImage.APPLY))),
                    ByteBuffer.allocate(0))), new Lsn(lsn));
        }
    }

    /// A transaction that wrote one page.
    private record OnePage(WalRecord page) implements CommittedTransaction {

        @Override
        public long xid() {
            return 3;
        }

        @Override
        public Instant commitTime() {
            return Instant.EPOCH;
        }

        @Override
        public Lsn firstLsn() {
            return page.start();
        }

        @Override
        public void forEach(Visitor visitor) throws IOException {
            visitor.pages(page);
        }
    }
}
