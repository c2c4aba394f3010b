package dev.seawall.embedded;

import dev.seawall.recovery.LedgerEngine;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A client of an open cluster that changes pages and accounts, and enters in the ledger what it was
/// told. One at a time: the order of commits is the order in which it asks for them.
final class SystemClient {

    static final List<RelationId> RELATIONS =
            List.of(new RelationId(1663, 5, 16384), new RelationId(1663, 5, 16385), new RelationId(1663, 5, 16386));
    static final int PAGE_HEADER = 24;
    private static final int PAGE_BYTES = 8192;
    private static final int BLOCKS = 12;

    private final Seawall seawall;
    private final SystemLedger ledger;
    private final RandomGenerator random;

    SystemClient(Seawall seawall, SimulatedWorld world, SystemLedger ledger) {
        this.seawall = seawall;
        this.ledger = ledger;
        this.random = world.random();
    }

    /// Gives the first relations their pages.
    void extendAll() {
        for (RelationId relation : RELATIONS.subList(0, 2)) {
            seawall.wal().extend(relation, BLOCKS);
        }
    }

    /// A page more, of the third relation: its first one makes its file.
    void grow() {
        RelationId last = RELATIONS.getLast();
        seawall.wal().extend(last, seawall.wal().blocksOf(last) + 1);
        try (Transaction transaction = seawall.begin()) {
            SystemLedger.Entry entry = ledger.begin();
            message(transaction, entry);
            write(transaction, entry, last, seawall.wal().blocksOf(last) - 1, 100);
            commit(transaction, entry);
        }
    }

    /// Commits some transactions, waiting for each or for none, with aborted and unfinished ones
    /// between.
    void commit(int count) {
        Transaction open = seawall.begin();
        SystemLedger.Entry unfinished = ledger.begin();
        message(open, unfinished);
        for (int i = 0; i < count; i++) {
            Transaction transaction = seawall.begin();
            SystemLedger.Entry entry = ledger.begin();
            fill(transaction, entry, 1 + random.nextInt(3), 200);
            switch (random.nextInt(8)) {
                case 0 -> transaction.abort();
                case 1 -> {
                    ledger.asked(entry);
                    ledger.asked(entry, transaction.commitAsync());
                }
                default -> commit(transaction, entry);
            }
        }
        ledger.takeFutures();
        open.abort();
    }

    /// Commits one transaction that changes much of many pages.
    void commitPages(int pages) {
        try (Transaction transaction = seawall.begin()) {
            SystemLedger.Entry entry = ledger.begin();
            fill(transaction, entry, pages, 2000);
            commit(transaction, entry);
        }
    }

    private void fill(Transaction transaction, SystemLedger.Entry entry, int pages, int bytes) {
        for (int messages = 1 + random.nextInt(3); messages > 0; messages--) {
            message(transaction, entry);
        }
        for (int i = 0; i < pages; i++) {
            RelationId relation = RELATIONS.get(random.nextInt(2));
            write(transaction, entry, relation, random.nextInt(seawall.wal().blocksOf(relation)),
                    1 + random.nextInt(bytes));
        }
    }

    private void message(Transaction transaction, SystemLedger.Entry entry) {
        byte[] text = entry.add(1 + random.nextInt(1000)).getBytes(StandardCharsets.US_ASCII);
        transaction.message(LedgerEngine.ADD, ByteBuffer.wrap(text));
    }

    private void write(Transaction transaction, SystemLedger.Entry entry, RelationId relation, int block, int bytes) {
        int offset = PAGE_HEADER + random.nextInt(PAGE_BYTES - PAGE_HEADER - bytes);
        transaction.write(relation, block, offset, entry.change(relation, block, offset, bytes));
    }

    private void commit(Transaction transaction, SystemLedger.Entry entry) {
        ledger.asked(entry);
        ledger.acknowledged(entry, transaction.commit());
    }

    void restorePoint(String name) {
        seawall.wal().restorePoint(name);
        ledger.restorePoint(name);
    }

    /// Compares all that the cluster shows with the ledger.
    ///
    /// @param isStart whether nothing was done since it was opened
    void check(boolean isStart) throws IOException {
        ledger.check(content(seawall), isStart);
    }

    static SystemLedger.Content content(Seawall seawall) {
        return new SystemLedger.Content() {

            @Override
            public Map<String, Long> balances() throws IOException {
                seawall.wal().flush(seawall.wal().insertLsn());
                seawall.redo().awaitApplied(seawall.wal().flushLsn());
                return seawall.engine(LedgerEngine.class).balances();
            }

            @Override
            public int blocksOf(RelationId relation) {
                return seawall.wal().blocksOf(relation);
            }

            @Override
            public void readPage(RelationId relation, int block, ByteBuffer into) throws IOException {
                seawall.readPage(relation, block, into);
            }
        };
    }
}
