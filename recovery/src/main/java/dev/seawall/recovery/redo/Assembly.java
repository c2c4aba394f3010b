package dev.seawall.recovery.redo;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.Recipient;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldTransactions.HeldCommit;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.GenericDelta;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.PageImages;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Puts transactions together out of records and hands them over when they commit.
///
/// | record | what becomes of it |
/// |---|---|
/// | transactional message, page record with an xid | held by its xid |
/// | other message, page record without an xid | handed over where it stands |
/// | COMMIT | what is held of the xid and the subtransactions it names is handed over |
/// | ABORT | what is held of them is dropped |
/// | RUNNING_XACTS | what is held of xids below its next xid that it does not list is dropped |
/// | anything else | nothing |
///
/// One thread.
final class Assembly {

    /// Prefix of the log's own messages, which nobody redoes.
    private static final String OWN_PREFIX = "seawall.";

    private static final int PREFIXES_MAX = 1024;

    private final ResourceManagers managers;
    private final HeldTransactions held;
    private final FullXid xids;
    private final List<Recipient> ofPages;
    private final Map<String, List<Recipient>> ofMessage = new HashMap<>();

    private Lsn lastCommitLsn = Lsn.INVALID;
    private long lastCommitXid;
    private long lastCommitTime = PgTime.of(Instant.EPOCH);
    private long records;
    private long commits;
    private long aborts;
    private long ruledOut;
    private long messages;
    private long pageRecords;
    private long handed;

    Assembly(ResourceManagers managers, HeldTransactions held, long xid) {
        this.managers = managers;
        this.held = held;
        this.xids = new FullXid(xid);
        this.ofPages = managers.ofPages();
    }

    /// The transaction that a record belongs to or ends, in 64 bits; 0 if none.
    long xidOf(WalRecord record) throws MalformedRecordException {
        if (TransactionRecord.isCommit(record) || TransactionRecord.isAbort(record)) {
            return endedXid(record, TransactionRecord.decode(record));
        }
        return xids.widen(record.xid());
    }

    private long endedXid(WalRecord record, TransactionRecord end) {
        // COMMIT PREPARED is some other session's record.
        return xids.widen(end.preparedXid() != 0 ? end.preparedXid() : record.xid());
    }

    /// Takes note of records without effect.
    ///
    /// @param newestXid the newest transaction that they belong to; 0 if none
    void pass(int count, int newestXid) {
        records += count;
        xids.widen(newestXid);
    }

    /// Lets a plain end take effect.
    void end(RedoTurn end) throws IOException {
        records++;
        long xid = xids.widen(end.xid());
        if (end.isCommit()) {
            commit(xid, List.of(), end.time(), end.end());
        } else {
            aborts++;
            held.drop(xid);
        }
    }

    /// Lets a record take effect.
    void apply(WalRecord record) throws IOException, MalformedRecordException {
        records++;
        if (LogicalMessage.is(record)) {
            message(record);
        } else if (GenericDelta.is(record) || PageImages.is(record)) {
            pages(record);
        } else if (TransactionRecord.isCommit(record)) {
            commit(record);
        } else if (TransactionRecord.isAbort(record)) {
            abort(record);
        } else if (RunningXacts.is(record)) {
            ruleOut(RunningXacts.decode(record));
        } else if (CheckpointRecord.is(record)) {
            xids.atLeast(CheckpointRecord.decode(record).checkpoint().nextXid());
        }
    }

    private void message(WalRecord record) throws IOException, MalformedRecordException {
        LogicalMessage message = LogicalMessage.decode(record);
        if (message.prefix().startsWith(OWN_PREFIX)) {
            return;
        }
        messages++;
        long xid = xids.widen(record.xid());
        List<Recipient> recipients = recipientsOf(message.prefix());
        if (message.isTransactional() && xid != 0) {
            held.message(xid, record, message.prefix(), message.content(), recipients);
        } else if (!recipients.isEmpty()) {
            ByteBuffer content = message.content();
            handOver(recipients, new SingleRecord(PgTime.toInstant(lastCommitTime), record.start(),
                    visitor -> visitor.message(record.end(), message.prefix(),
                            content.duplicate().order(ByteOrder.LITTLE_ENDIAN))), record.end());
        }
    }

    private List<Recipient> recipientsOf(String prefix) {
        List<Recipient> known = ofMessage.get(prefix);
        if (known != null) {
            return known;
        }
        if (ofMessage.size() >= PREFIXES_MAX) {
            ofMessage.clear();
        }
        List<Recipient> found = managers.ofMessage(prefix);
        ofMessage.put(prefix, found);
        return found;
    }

    private void pages(WalRecord record) throws IOException {
        pageRecords++;
        long xid = xids.widen(record.xid());
        if (xid != 0) {
            held.pages(xid, record, ofPages);
        } else {
            handOver(ofPages, new SingleRecord(PgTime.toInstant(lastCommitTime), record.start(),
                    visitor -> visitor.pages(record)), record.end());
        }
    }

    private void handOver(List<Recipient> recipients, CommittedTransaction what, Lsn commitLsn) throws IOException {
        for (Recipient recipient : recipients) {
            if (recipient.hand(what, commitLsn)) {
                handed++;
            }
        }
    }

    private void commit(WalRecord record) throws IOException, MalformedRecordException {
        TransactionRecord end = TransactionRecord.decode(record);
        commit(endedXid(record, end), subxidsOf(end), end.time(), record.end());
    }

    private void commit(long xid, List<Long> subxids, long time, Lsn end) throws IOException {
        commits++;
        Optional<HeldCommit> taken = held.commit(xid, subxids, time);
        if (taken.isPresent()) {
            try (HeldCommit transaction = taken.get()) {
                List<Recipient> recipients = managers.all().stream().filter(transaction::isFor).toList();
                handOver(recipients, transaction, end);
            }
        }
        lastCommitLsn = end;
        lastCommitXid = xid;
        lastCommitTime = time;
    }

    private List<Long> subxidsOf(TransactionRecord end) {
        List<Long> subxids = new ArrayList<>(end.subxacts().size());
        for (int subxact : end.subxacts()) {
            subxids.add(xids.widen(subxact));
        }
        return subxids;
    }

    private void abort(WalRecord record) throws IOException, MalformedRecordException {
        TransactionRecord end = TransactionRecord.decode(record);
        aborts++;
        held.drop(endedXid(record, end));
        for (long subxid : subxidsOf(end)) {
            held.drop(subxid);
        }
    }

    private void ruleOut(RunningXacts running) throws IOException {
        long next = xids.widen(running.nextXid());
        if (running.isOverflowed()) {
            // Subtransactions may be missing from the list; only what is older than all is over.
            long oldest = xids.widen(running.oldestRunning());
            ruledOut += held.dropAll(xid -> xid < oldest);
            return;
        }
        Set<Long> listed = new HashSet<>();
        for (int xid : running.xids()) {
            listed.add(xids.widen(xid));
        }
        ruledOut += held.dropAll(xid -> xid < next && !listed.contains(xid));
    }

    /// A snapshot, which is right when a record has just taken effect or is about to.
    RedoProgress progress(Lsn position, long bytes) {
        return new RedoProgress(position, held.oldest(), held.count(), lastCommitLsn, lastCommitXid,
                PgTime.toInstant(lastCommitTime), xids.next(), new RedoProgress.Counts(records, bytes, commits, aborts,
                        ruledOut, messages, pageRecords, handed, held.spilledBytes()));
    }

    /// A record outside transactions.
    private record SingleRecord(Instant commitTime, Lsn firstLsn, Change change) implements CommittedTransaction {

        interface Change {
            void tell(Visitor visitor) throws IOException;
        }

        @Override
        public long xid() {
            return 0;
        }

        @Override
        public void forEach(Visitor visitor) throws IOException {
            change.tell(visitor);
        }
    }
}
