package dev.seawall.sim;

import dev.seawall.wal.Lsn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What clients were promised about their transactions, across all deaths of the log: the oracle.
///
/// Every message carries its transaction's key, its number in it, and bytes that follow from both.
/// A transaction whose commit was asked for and never acknowledged is decided by the first start
/// that shows it or does not, and stays so.
public final class TransactionLedger {

    /// What is known of a transaction.
    enum Fate {
        /// No commit was asked for: it must leave no trace.
        OPEN,
        ABORTED,
        /// Asked for and not acknowledged: there whole, or not at all.
        UNKNOWN,
        /// Acknowledged, or shown by a start: it must stay.
        PROMISED,
        /// A start has shown that it is not there: it must never come.
        GONE
    }

    /// A transaction that a client began.
    static final class Entry {
        final long key;
        final List<Integer> lengths = new ArrayList<>();
        Fate fate = Fate.OPEN;
        @Nullable CompletableFuture<Lsn> future;
        /// Where its commit ends, once known.
        Lsn end = Lsn.INVALID;

        private Entry(long key) {
            this.key = key;
        }
    }

    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

    private final Map<Long, Entry> entries = new HashMap<>();
    /// Whose each transaction id is, of those that were shown.
    private final Map<Integer, Long> xids = new HashMap<>();
    private Lsn applied = Lsn.INVALID;

    Entry begin() {
        Entry entry = new Entry(entries.size() + 1L);
        entries.put(entry.key, entry);
        return entry;
    }

    /// Everything committed before this is durable elsewhere: a checkpoint says so, and the log need
    /// not show it any more, or only the end of it.
    void applied(Lsn upTo) {
        applied = upTo;
    }

    /// The next message of a transaction.
    static ByteBuffer nextMessage(Entry entry, int fillerBytes) {
        entry.lengths.add(fillerBytes);
        return message(entry.key, entry.lengths.size() - 1, fillerBytes);
    }

    private static ByteBuffer message(long key, int number, int fillerBytes) {
        ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + fillerBytes);
        message.putLong(key).putInt(number);
        byte[] filler = new byte[fillerBytes];
        new SplittableRandom(key * 31 + number).nextBytes(filler);
        return message.put(filler).flip();
    }

    /// A commit of the entry's transaction is asked for.
    static void asked(Entry entry) {
        entry.fate = Fate.UNKNOWN;
    }

    static void acknowledged(Entry entry, Lsn end) {
        entry.fate = Fate.PROMISED;
        entry.end = end;
    }

    static void aborted(Entry entry) {
        entry.fate = Fate.ABORTED;
    }

    /// Takes the acknowledgements of futures that have come.
    void takeFutures() {
        for (Entry entry : entries.values()) {
            CompletableFuture<Lsn> future = entry.future;
            if (future != null && future.isDone()) {
                entry.future = null;
                if (!future.isCompletedExceptionally() && entry.fate == Fate.UNKNOWN) {
                    acknowledged(entry, future.join());
                }
            }
        }
    }

    public int promised() {
        return (int) entries.values().stream().filter(entry -> entry.fate == Fate.PROMISED).count();
    }

    /// A log shows what there is from `from` on: compares it with what was promised, and takes it for
    /// promised from now on.
    Showing showing() {
        takeFutures();
        return new Showing();
    }

    /// What one reading shows, transaction by transaction.
    final class Showing {

        private final Map<Long, Lsn> committed = new HashMap<>();

        /// A transaction that is committed, with its messages in order.
        void committed(int xid, List<ByteBuffer> messages, Lsn end) {
            if (!end.isAfter(applied)) {
                return;
            }
            long key = messages.getFirst().getLong(messages.getFirst().position());
            Entry entry = entries.get(key);
            if (entry == null) {
                throw new AssertionError("a transaction that nobody began is shown: key " + key);
            }
            for (int number = 0; number < messages.size(); number++) {
                if (number >= entry.lengths.size()
                        || !messages.get(number).equals(message(key, number, entry.lengths.get(number)))) {
                    throw new AssertionError(
                            "message " + number + " of transaction " + key + " is not what was written");
                }
            }
            if (messages.size() != entry.lengths.size()) {
                throw new AssertionError("transaction " + key + " is shown with " + messages.size() + " of "
                        + entry.lengths.size() + " messages");
            }
            if (committed.put(key, end) != null) {
                throw new AssertionError("transaction " + key + " is shown twice");
            }
            Long other = xids.putIfAbsent(xid, key);
            if (other != null && other != key) {
                throw new AssertionError("transaction id " + xid + " was given to " + other + " and to " + key);
            }
            switch (entry.fate) {
                case OPEN, ABORTED, GONE -> throw new AssertionError(
                        "transaction " + key + " is shown committed at " + end + " but was " + entry.fate);
                case UNKNOWN, PROMISED -> { }
            }
        }

        /// Nothing more is there. After a start, what is not shown never will be; in a running log it
        /// may still come.
        void end(boolean isStart) {
            for (Entry entry : entries.values()) {
                Lsn shown = committed.get(entry.key);
                if (shown != null) {
                    acknowledged(entry, shown);
                } else if (entry.fate == Fate.PROMISED && entry.end.isAfter(applied)) {
                    throw new AssertionError("transaction " + entry.key + ", promised at " + entry.end + ", is lost");
                } else if (isStart && (entry.fate == Fate.UNKNOWN || entry.fate == Fate.OPEN)) {
                    entry.fate = Fate.GONE;
                }
            }
        }
    }
}
