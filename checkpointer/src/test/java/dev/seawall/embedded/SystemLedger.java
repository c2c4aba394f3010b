package dev.seawall.embedded;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What clients were promised about a whole cluster's content, across all its deaths: the oracle of
/// the system's power-cut table.
///
/// Each transaction adds to an account of its own, in several messages, and writes bytes of its own
/// into pages, over those of earlier ones. So the accounts tell which transactions are there, whole
/// and once; and those, in the order of their commits, tell every byte of every page.
final class SystemLedger {

    /// What is known of a transaction.
    enum Fate {
        /// No commit was asked for, or an abort: it must leave no trace.
        OPEN,
        /// Asked for and not acknowledged: there whole, or not at all.
        UNKNOWN,
        /// Acknowledged, or shown by a start: it must stay.
        PROMISED,
        /// A start has shown that it is not there: it must never come.
        GONE
    }

    /// Bytes written into a page.
    private record Change(RelationId relation, int block, int offset, byte[] bytes) {}

    /// A transaction that a client began.
    static final class Entry {
        final int key;
        private long amount;
        private final List<Change> changes = new ArrayList<>();
        private Fate fate = Fate.OPEN;
        private @Nullable CompletableFuture<Lsn> future;
        private Lsn end = Lsn.INVALID;

        private Entry(int key) {
            this.key = key;
        }

        private Entry(Entry other) {
            this(other.key);
            amount = other.amount;
            changes.addAll(other.changes);
            fate = other.fate;
            end = other.end;
        }

        String account() {
            return "t" + key;
        }

        /// The next message: so much more on the account.
        String add(int more) {
            amount += more;
            return account() + " " + more;
        }

        /// The next change of a page; what is written follows from the transaction's key.
        ByteBuffer change(RelationId relation, int block, int offset, int length) {
            byte[] bytes = new byte[length];
            new SplittableRandom(31L * key + changes.size()).nextBytes(bytes);
            changes.add(new Change(relation, block, offset, bytes));
            return ByteBuffer.wrap(bytes);
        }
    }

    /// A cluster's content, as it shows it.
    interface Content {

        Map<String, Long> balances() throws IOException;

        int blocksOf(RelationId relation);

        void readPage(RelationId relation, int block, ByteBuffer into) throws IOException;
    }

    private final List<Entry> entries = new ArrayList<>();
    /// In the order in which their commits were asked for: one client at a time, so the log's.
    private final List<Entry> order = new ArrayList<>();
    private final Map<String, Integer> restorePoints = new HashMap<>();

    /// The same promises, kept from now on by somebody else.
    SystemLedger copy() {
        SystemLedger copy = new SystemLedger();
        Map<Entry, Entry> copies = new HashMap<>();
        for (Entry entry : entries) {
            Entry same = new Entry(entry);
            copies.put(entry, same);
            copy.entries.add(same);
        }
        order.forEach(entry -> copy.order.add(copies.get(entry)));
        copy.restorePoints.putAll(restorePoints);
        return copy;
    }

    /// The promises as they stand for a copy of the cluster that was recovered to a restore point.
    SystemLedger copyAt(String restorePoint) {
        SystemLedger copy = copy();
        List<Entry> there = copy.order.subList(0, restorePoints.get(restorePoint));
        for (Entry entry : copy.entries) {
            if (!there.contains(entry) && entry.fate != Fate.OPEN) {
                entry.fate = Fate.GONE;
            }
        }
        return copy;
    }

    Entry begin() {
        Entry entry = new Entry(entries.size() + 1);
        entries.add(entry);
        return entry;
    }

    void asked(Entry entry) {
        entry.fate = Fate.UNKNOWN;
        order.add(entry);
    }

    void asked(Entry entry, CompletableFuture<Lsn> future) {
        entry.future = future;
    }

    void acknowledged(Entry entry, Lsn end) {
        entry.fate = Fate.PROMISED;
        entry.end = end;
    }

    /// A restore point is durable: all that was asked for before is in front of it.
    void restorePoint(String name) {
        restorePoints.put(name, order.size());
    }

    /// Takes the acknowledgements of futures that have come.
    void takeFutures() {
        for (Entry entry : entries) {
            CompletableFuture<Lsn> future = entry.future;
            if (future != null && future.isDone()) {
                entry.future = null;
                if (!future.isCompletedExceptionally() && entry.fate == Fate.UNKNOWN) {
                    acknowledged(entry, future.join());
                }
            }
        }
    }

    /// Compares a cluster's content with what was promised, and takes what it shows for promised from
    /// now on.
    ///
    /// @param isStart whether nothing was done since it was opened: what is not there now never comes
    void check(Content content, boolean isStart) throws IOException {
        takeFutures();
        List<Entry> shown = shown(content.balances());
        for (Entry entry : entries) {
            boolean isShown = shown.contains(entry);
            if (isShown && (entry.fate == Fate.OPEN || entry.fate == Fate.GONE)) {
                throw new AssertionError("transaction " + entry.key + " is there but was " + entry.fate);
            } else if (!isShown && entry.fate == Fate.PROMISED) {
                throw new AssertionError("transaction " + entry.key + ", promised up to " + entry.end + ", is lost");
            } else if (isShown) {
                entry.fate = Fate.PROMISED;
            } else if (isStart && entry.fate == Fate.UNKNOWN) {
                entry.fate = Fate.GONE;
            }
        }
        checkPages(content, shown);
    }

    /// Compares a restored copy: all that was committed up to some place at or behind `end`, and
    /// nothing else.
    void checkPrefix(Content content, Lsn end) throws IOException {
        List<Entry> shown = shown(content.balances());
        boolean isOver = false;
        for (Entry entry : order) {
            boolean isShown = shown.contains(entry);
            if (isShown && (isOver || entry.fate == Fate.GONE)) {
                throw new AssertionError("transaction " + entry.key + " is in the copy, but was " + entry.fate
                        + (isOver ? ", and an earlier one is not there" : ""));
            }
            isOver |= !isShown && entry.fate == Fate.PROMISED;
            if (!isShown && entry.end.isValid() && !entry.end.isAfter(end)) {
                throw new AssertionError("transaction " + entry.key + ", which ends at " + entry.end
                        + ", is not in a copy of " + end);
            }
        }
        checkPages(content, shown);
    }

    /// The transactions that the accounts show, in the order of their commits.
    private List<Entry> shown(Map<String, Long> balances) {
        List<Entry> shown = new ArrayList<>();
        for (Entry entry : order) {
            Long balance = balances.get(entry.account());
            if (balance != null) {
                if (balance != entry.amount) {
                    throw new AssertionError("transaction " + entry.key + " is there with " + balance + " of "
                            + entry.amount);
                }
                shown.add(entry);
            }
        }
        if (shown.size() != balances.size()) {
            throw new AssertionError("accounts are there of transactions that nobody committed: " + balances.keySet());
        }
        return shown;
    }

    private static void checkPages(Content content, List<Entry> shown) throws IOException {
        Map<RelationId, Map<Integer, byte[]>> pages = new HashMap<>();
        for (Entry entry : shown) {
            for (Change change : entry.changes) {
                byte[] page = pages.computeIfAbsent(change.relation, _ -> new HashMap<>())
                        .computeIfAbsent(change.block, _ -> new byte[DataPage.BYTES]);
                System.arraycopy(change.bytes, 0, page, change.offset, change.bytes.length);
            }
        }
        ByteBuffer read = ByteBuffer.allocate(DataPage.BYTES);
        byte[] empty = new byte[DataPage.BYTES];
        for (RelationId relation : SystemClient.RELATIONS) {
            Map<Integer, byte[]> expected = pages.getOrDefault(relation, Map.of());
            int blocks = content.blocksOf(relation);
            for (int block : expected.keySet()) {
                if (block >= blocks) {
                    throw new AssertionError("block " + block + " of " + relation + " is lost: there are " + blocks);
                }
            }
            for (int block = 0; block < blocks; block++) {
                content.readPage(relation, block, read.clear());
                compare(relation, block, read.array(), expected.getOrDefault(block, empty));
            }
        }
    }

    private static void compare(RelationId relation, int block, byte[] page, byte[] expected) {
        int at = java.util.Arrays.mismatch(page, SystemClient.PAGE_HEADER, page.length,
                expected, SystemClient.PAGE_HEADER, expected.length);
        if (at >= 0) {
            throw new AssertionError("block " + block + " of " + relation + " is not what was committed, from byte "
                    + (at + SystemClient.PAGE_HEADER) + " on");
        }
    }
}
