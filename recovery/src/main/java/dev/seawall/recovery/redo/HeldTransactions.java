package dev.seawall.recovery.redo;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.Recipient;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;

/// The changes of all transactions that have neither committed nor aborted yet, by xid.
///
/// One thread. Past the limits changes go to files in a directory of their own, which is emptied
/// when it is opened: nothing in it is worth anything after a crash.
public final class HeldTransactions implements AutoCloseable {

    static final String SUFFIX = ".held";

    private final Disk disk;
    private final Path directory;
    private final HeldLimits limits;

    /// In the order of their first records, so the oldest is the first.
    private final LinkedHashMap<Long, HeldTransaction> byXid = new LinkedHashMap<>();
    private long memoryBytes;
    private long spilledBytes;

    private HeldTransactions(Disk disk, Path directory, HeldLimits limits) {
        this.disk = disk;
        this.directory = directory;
        this.limits = limits;
    }

    /// Takes the directory, which is created if need be, and removes what an earlier run left there.
    public static HeldTransactions open(Disk disk, Path directory, HeldLimits limits) throws IOException {
        disk.createDirectory(directory);
        for (String name : disk.list(directory)) {
            if (name.endsWith(SUFFIX)) {
                disk.delete(directory.resolve(name));
            }
        }
        return new HeldTransactions(disk, directory, limits);
    }

    /// Notes that a transaction has a record that begins at `start`.
    private HeldTransaction touch(long xid, Lsn start) {
        return byXid.computeIfAbsent(xid, _ -> new HeldTransaction(xid, start));
    }

    void message(long xid, WalRecord record, String prefix, ByteBuffer content, List<Recipient> recipients) {
        HeldTransaction held = touch(xid, record.start());
        if (!recipients.isEmpty()) {
            add(held, HeldChange.ofMessage(record.end(), prefix, content), recipients);
        }
    }

    void pages(long xid, WalRecord record, List<Recipient> recipients) {
        HeldTransaction held = touch(xid, record.start());
        if (!recipients.isEmpty()) {
            add(held, HeldChange.ofPages(record), recipients);
        }
    }

    private void add(HeldTransaction held, byte[] change, List<Recipient> recipients) {
        held.add(change, recipients);
        memoryBytes += HeldTransaction.bytesOf(change);
    }

    /// Moves changes to files until the limits are kept. Kept apart from adding, so that a full disk
    /// can be waited out with nothing lost.
    ///
    /// @param latest whose change was the last to be added
    void keepLimits(long latest) throws IOException {
        HeldTransaction held = byXid.get(latest);
        if (held != null && held.memoryBytes() > limits.transactionBytes()) {
            spill(held);
        }
        while (memoryBytes > limits.totalBytes()) {
            HeldTransaction largest = null;
            for (HeldTransaction each : byXid.values()) {
                if (largest == null || each.memoryBytes() > largest.memoryBytes()) {
                    largest = each;
                }
            }
            if (largest == null || largest.memoryBytes() == 0) {
                throw new AssertionError(memoryBytes + " bytes held by nobody");
            }
            spill(largest);
        }
    }

    private void spill(HeldTransaction held) throws IOException {
        long bytes = held.memoryBytes();
        held.spill(disk, directory);
        memoryBytes -= bytes;
        spilledBytes += bytes;
    }

    /// Takes a transaction with its subtransactions out, because it committed.
    ///
    /// @param commitTime microseconds since 2000
    /// @return its changes, to be closed; empty if there are none
    Optional<HeldCommit> commit(long xid, List<Long> subxids, long commitTime) {
        List<HeldTransaction> parts = new ArrayList<>(1 + subxids.size());
        take(xid, parts);
        for (long subxid : subxids) {
            take(subxid, parts);
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(new HeldCommit(xid, commitTime, parts));
    }

    private void take(long xid, List<HeldTransaction> parts) {
        HeldTransaction held = byXid.remove(xid);
        if (held != null) {
            memoryBytes -= held.memoryBytes();
            parts.add(held);
        }
    }

    /// Forgets a transaction, because it aborted.
    void drop(long xid) throws IOException {
        HeldTransaction held = byXid.remove(xid);
        if (held != null) {
            memoryBytes -= held.memoryBytes();
            held.drop(disk);
        }
    }

    /// Forgets every transaction that is ruled out: its process died before it could abort it.
    ///
    /// @return how many there were
    int dropAll(LongPredicate isRuledOut) throws IOException {
        int dropped = 0;
        for (Iterator<HeldTransaction> each = byXid.values().iterator(); each.hasNext();) {
            HeldTransaction held = each.next();
            if (isRuledOut.test(held.xid)) {
                each.remove();
                memoryBytes -= held.memoryBytes();
                held.drop(disk);
                dropped++;
            }
        }
        return dropped;
    }

    /// Start of the first record of the oldest one; [Lsn#MAX] if there is none.
    Lsn oldest() {
        return byXid.isEmpty() ? Lsn.MAX : byXid.firstEntry().getValue().first;
    }

    int count() {
        return byXid.size();
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /// Bytes written to files since it was opened.
    long spilledBytes() {
        return spilledBytes;
    }

    /// Removes the files.
    @Override
    public void close() throws IOException {
        dropAll(_ -> true);
    }

    /// A committed transaction's changes, merged with its subtransactions' by LSN.
    final class HeldCommit implements CommittedTransaction, AutoCloseable {

        private final long xid;
        private final long commitTime;
        private final List<HeldTransaction> parts;

        private HeldCommit(long xid, long commitTime, List<HeldTransaction> parts) {
            this.xid = xid;
            this.commitTime = commitTime;
            this.parts = parts;
        }

        boolean isFor(Recipient recipient) {
            return parts.stream().anyMatch(part -> part.isFor(recipient));
        }

        @Override
        public long xid() {
            return xid;
        }

        @Override
        public Instant commitTime() {
            return PgTime.toInstant(commitTime);
        }

        @Override
        public Lsn firstLsn() {
            Lsn first = Lsn.MAX;
            for (HeldTransaction part : parts) {
                first = Lsn.min(first, part.first);
            }
            return first;
        }

        @Override
        public void forEach(Visitor visitor) throws IOException {
            PriorityQueue<HeldTransaction.Cursor> cursors =
                    new PriorityQueue<>(Comparator.comparing(HeldTransaction.Cursor::lsn));
            for (HeldTransaction part : parts) {
                HeldTransaction.Cursor cursor = part.cursor();
                if (cursor.next()) {
                    cursors.add(cursor);
                }
            }
            while (!cursors.isEmpty()) {
                HeldTransaction.Cursor next = cursors.remove();
                HeldChange.visit(next.change(), visitor);
                if (next.next()) {
                    cursors.add(next);
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (HeldTransaction part : parts) {
                part.drop(disk);
            }
        }
    }
}
