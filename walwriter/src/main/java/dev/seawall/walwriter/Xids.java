package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.body.ClogZeroPage;
import dev.seawall.wal.record.body.RunningXacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Transaction ids and the transactions that have one and are not over.
///
/// Ids are 64 bits wide, the log's 32 are their low half; 0 to 2 are never given. None seen in the
/// history is given again: the first comes from the start's scan of it.
final class Xids {

    /// A standby gives up on more open transactions than this per connection of the primary.
    private static final int OPEN_PER_CONNECTION = 60;
    private static final int FIRST_NORMAL = 3;

    private final int openMax;
    private final IntConsumer logClogPage;
    private final Gate gate;
    private final FlushProgress progress;

    // Guarded by this.
    private long next;
    private final TreeMap<Long, WalTransaction> open = new TreeMap<>();

    /// @param logClogPage logs that page of the commit log begins; a real server that follows needs it
    Xids(long next, int maxConnections, IntConsumer logClogPage, Gate gate, FlushProgress progress) {
        this.next = next;
        this.openMax = OPEN_PER_CONNECTION * maxConnections;
        this.logClogPage = logClogPage;
        this.gate = gate;
        this.progress = progress;
    }

    /// Gives the transaction its id. Waits while too many are open.
    long assign(WalTransaction transaction) {
        while (true) {
            progress.throwIfFailed();
            synchronized (this) {
                if (open.size() < openMax) {
                    return give(transaction);
                }
            }
            gate.await(() -> openCount() < openMax || progress.failure() != null);
        }
    }

    private long give(WalTransaction transaction) {
        while (Integer.compareUnsigned((int) next, FIRST_NORMAL) < 0) {
            next++;
        }
        long given = next++;
        open.put(given, transaction);
        int page = ClogZeroPage.beginningAt((int) given);
        if (page >= 0) {
            logClogPage(given, page);
        }
        return given;
    }

    /// Still under the lock: no later id may be logged before its page is.
    private void logClogPage(long given, int page) {
        try {
            logClogPage.accept(page);
        } catch (RuntimeException e) {
            open.remove(given);
            next = given;
            throw e;
        }
    }

    private synchronized int openCount() {
        return open.size();
    }

    /// The transaction is over: its last record has its place in the log.
    void over(long xid) {
        boolean wasFull;
        synchronized (this) {
            wasFull = open.size() >= openMax;
            open.remove(xid);
        }
        if (wasFull) {
            gate.open();
        }
    }

    synchronized long next() {
        return next;
    }

    /// Low half of the oldest open id, or of the next one.
    synchronized int oldestOpen() {
        return (int) (open.isEmpty() ? next : open.firstKey());
    }

    /// What is open now, to be logged. Taken at once, but records of these transactions may be
    /// logged before it is.
    synchronized RunningXacts running() {
        List<Integer> xids = new ArrayList<>(open.size());
        for (long xid : open.keySet()) {
            xids.add((int) xid);
        }
        return RunningXacts.of((int) next, oldestOpen(), (int) (next - 1), xids);
    }

    /// The transaction whose first record is the oldest, if any has one.
    synchronized @Nullable WalTransaction oldestLogged() {
        return open.values().stream()
                .filter(transaction -> transaction.firstLsn() != null)
                .min(Comparator.comparing(WalTransaction::firstLsn, Comparator.nullsLast(Lsn::compareTo)))
                .orElse(null);
    }

    synchronized List<WalTransaction> openTransactions() {
        return List.copyOf(open.values());
    }
}
