package dev.seawall.walwriter;

import dev.seawall.wal.record.body.ClogZeroPage;
import dev.seawall.wal.record.body.RunningXacts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
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

    /// Not a monitor, as InsertPosition's is none.
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock, all of these.
    private long next;
    // Those open, oldest first: linked through the transactions themselves, so that two updates for
    // every commit allocate nothing.
    private @Nullable WalTransaction oldest;
    private @Nullable WalTransaction newest;
    private int openCount;

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
            lock.lock();
            try {
                if (openCount < openMax) {
                    return give(transaction);
                }
            } finally {
                lock.unlock();
            }
            gate.await(() -> openCount() < openMax || progress.failure() != null);
        }
    }

    private long give(WalTransaction transaction) {
        while (Integer.compareUnsigned((int) next, FIRST_NORMAL) < 0) {
            next++;
        }
        long given = next++;
        link(transaction, given);
        int page = ClogZeroPage.beginningAt((int) given);
        if (page >= 0) {
            logClogPage(transaction, page);
        }
        return given;
    }

    /// Still under the lock: no later id may be logged before its page is.
    private void logClogPage(WalTransaction transaction, int page) {
        try {
            logClogPage.accept(page);
        } catch (RuntimeException e) {
            next = transaction.openXid;
            unlink(transaction);
            throw e;
        }
    }

    private void link(WalTransaction transaction, long xid) {
        transaction.openXid = xid;
        transaction.older = newest;
        if (newest == null) {
            oldest = transaction;
        } else {
            newest.newer = transaction;
        }
        newest = transaction;
        openCount++;
    }

    private void unlink(WalTransaction transaction) {
        assert transaction.openXid != 0 : "a transaction is over only once";
        transaction.openXid = 0;
        WalTransaction before = transaction.older;
        WalTransaction after = transaction.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        transaction.older = null;
        transaction.newer = null;
        openCount--;
    }

    int openCount() {
        lock.lock();
        try {
            return openCount;
        } finally {
            lock.unlock();
        }
    }

    /// The transaction is over: its last record has its place in the log.
    void over(WalTransaction transaction) {
        boolean wasFull;
        lock.lock();
        try {
            wasFull = openCount >= openMax;
            unlink(transaction);
        } finally {
            lock.unlock();
        }
        if (wasFull) {
            gate.open();
        }
    }

    long next() {
        lock.lock();
        try {
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// Low half of the oldest open id, or of the next one.
    int oldestOpen() {
        lock.lock();
        try {
            return (int) (oldest == null ? next : oldest.openXid);
        } finally {
            lock.unlock();
        }
    }

    /// What is open now, to be logged. Taken at once, but records of these transactions may be
    /// logged before it is.
    RunningXacts running() {
        lock.lock();
        try {
            List<Integer> xids = new ArrayList<>(openCount);
            for (WalTransaction transaction : openTransactions()) {
                xids.add((int) transaction.openXid);
            }
            return RunningXacts.of((int) next, oldestOpen(), (int) (next - 1), xids);
        } finally {
            lock.unlock();
        }
    }

    List<WalTransaction> openTransactions() {
        lock.lock();
        try {
            List<WalTransaction> open = new ArrayList<>(openCount);
            for (WalTransaction transaction = oldest; transaction != null; transaction = transaction.newer) {
                open.add(transaction);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }
}
