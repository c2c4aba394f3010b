package dev.seawall.sim;

import dev.seawall.sim.TransactionLedger.Entry;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A client of an open log that does a bit of everything, and enters in the ledger what it was told.
public final class LogClient {

    private static final String PREFIX = "app";
    private static final int OPEN_MAX = 4;
    private static final int SECTOR = 512;
    /// Of the log: a message's headers, prefix, key and number, and a commit.
    private static final int TRANSACTION_BYTES_MIN = 24 + 2 + 24 + 4 + 12 + 40;

    private final Wal wal;
    private final SimulatedWorld world;
    private final TransactionLedger ledger;
    private final RandomGenerator random;
    private final List<Open> open = new ArrayList<>();

    private boolean isRedoTooLate;

    private record Open(Transaction transaction, Entry entry, Lsn before) {}

    public LogClient(Wal wal, SimulatedWorld world, TransactionLedger ledger) {
        this.wal = wal;
        this.world = world;
        this.ledger = ledger;
        this.random = world.random();
    }

    /// Plants a bug: checkpoints forget that transactions are open.
    void reportRedoTooLate() {
        isRedoTooLate = true;
    }

    /// So many random things; a mixture of short and long transactions, waits and futures.
    public void doSomeThings(int count) {
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(16)) {
                case 0 -> abort(begin());
                case 1 -> leaveOpen();
                case 2 -> endOpen();
                case 3 -> world.letPass(Duration.ofMillis(random.nextInt(150)));
                case 4 -> commitInFuture(begin());
                case 5 -> commit(begin(random.nextInt(60_000)));
                default -> commit(begin());
            }
        }
        ledger.takeFutures();
    }

    /// Commits, with enough bytes to go on into the next segment now and then.
    public void commitMuch(int bytes) {
        commit(begin(bytes));
    }

    public void commitOne() {
        commit(begin());
    }

    /// Transactions of a sector each, many to a flush, so that one may be torn in front of whole ones.
    public void commitSectors(int count) {
        for (int i = 0; i < count; i++) {
            commitInFuture(beginUpToSector());
        }
        wal.flush(wal.insertLsn());
        ledger.takeFutures();
    }

    /// A transaction that fills the sector that the log ends in. Behind what a start logs first, in
    /// the place of one that was torn: if what stood behind that one is still there, it would continue
    /// the log.
    public void commitUpToSector() {
        commit(beginUpToSector());
    }

    private Open begin() {
        return begin(random.nextInt(120));
    }

    private Open begin(int bytes) {
        Open begun = new Open(wal.begin(), ledger.begin(), wal.insertLsn());
        for (int messages = 1 + random.nextInt(3); messages > 0; messages--) {
            message(begun, bytes);
        }
        return begun;
    }

    private Open beginUpToSector() {
        long start = wal.layout().startOf(wal.insertLsn()).value();
        int bytes = (int) (SECTOR - start % SECTOR);
        bytes += bytes < TRANSACTION_BYTES_MIN ? SECTOR : 0;
        Open begun = new Open(wal.begin(), ledger.begin(), wal.insertLsn());
        // Beyond 255 bytes of data a record's header is three bytes longer.
        message(begun, bytes - TRANSACTION_BYTES_MIN - (bytes > 320 ? 3 : 0));
        return begun;
    }

    private void message(Open of, int bytes) {
        of.transaction.message(PREFIX, TransactionLedger.nextMessage(of.entry, bytes));
    }

    private void commit(Open of) {
        TransactionLedger.asked(of.entry);
        TransactionLedger.acknowledged(of.entry, of.transaction.commit());
    }

    private void commitInFuture(Open of) {
        TransactionLedger.asked(of.entry);
        of.entry.future = of.transaction.commitAsync();
    }

    private void abort(Open of) {
        of.transaction.abort();
        TransactionLedger.aborted(of.entry);
    }

    /// Begins a transaction that is ended later, if at all.
    public void leaveOpen() {
        if (open.size() < OPEN_MAX) {
            open.add(begin());
        }
    }

    /// Commits all that were left open.
    public void commitOpen() {
        while (!open.isEmpty()) {
            commit(open.removeLast());
        }
    }

    private void endOpen() {
        if (!open.isEmpty()) {
            Open oldest = open.remove(random.nextInt(open.size()));
            message(oldest, random.nextInt(50));
            if (random.nextBoolean()) {
                commit(oldest);
            } else {
                abort(oldest);
            }
        }
    }

    /// Reports as a checkpointer would that has applied everything durable; the redo point stays in
    /// front of open transactions.
    public void checkpoint() throws IOException {
        ledger.takeFutures();
        wal.flush(wal.insertLsn());
        Lsn redo = wal.flushLsn();
        ledger.applied(redo);
        if (!isRedoTooLate) {
            for (Open each : open) {
                redo = Lsn.min(redo, each.before);
            }
        }
        wal.checkpointed(report(redo));
    }

    /// Ends everything that is open and the log with it, cleanly.
    public void shutDown() throws IOException {
        while (!open.isEmpty()) {
            abort(open.removeLast());
        }
        Lsn end = wal.fence();
        ledger.applied(end);
        wal.shutdown(report(end));
    }

    private CheckpointReport report(Lsn redo) {
        return new CheckpointReport(wal.systemId(), wal.history().timeline(), redo);
    }

    /// Reads the log from `from` on, as redo would, and compares it with the ledger.
    ///
    /// @param isStart whether nothing was done since the log was opened
    public void check(Lsn from, boolean isStart) throws Exception {
        TransactionLedger.Showing showing = ledger.showing();
        Map<Integer, List<ByteBuffer>> gathered = new HashMap<>();
        try (WalReader reader = wal.read(from)) {
            while (true) {
                switch (reader.next()) {
                    case ReadOutcome.Complete(WalRecord record, _) -> show(record, gathered, showing);
                    case ReadOutcome.NoRecord none -> {
                        if (none.at().isBefore(wal.flushLsn())) {
                            throw new AssertionError("the log cannot be read up to " + wal.flushLsn() + ": " + none);
                        }
                        showing.end(isStart);
                        return;
                    }
                }
            }
        }
    }

    private static void show(WalRecord record, Map<Integer, List<ByteBuffer>> gathered,
            TransactionLedger.Showing showing) throws Exception {
        if (LogicalMessage.is(record) && record.xid() != 0) {
            LogicalMessage message = LogicalMessage.decode(record);
            ByteBuffer content = ByteBuffer.allocate(message.content().remaining()).put(message.content()).flip();
            gathered.computeIfAbsent(record.xid(), _ -> new ArrayList<>()).add(content);
        } else if (TransactionRecord.isCommit(record)) {
            List<ByteBuffer> messages = gathered.remove(record.xid());
            showing.committed(record.xid(), messages == null ? List.of() : messages, record.end());
        } else if (TransactionRecord.isAbort(record)) {
            gathered.remove(record.xid());
        } else if (RunningXacts.is(record)) {
            gathered.keySet().retainAll(RunningXacts.decode(record).xids());
        }
    }
}
