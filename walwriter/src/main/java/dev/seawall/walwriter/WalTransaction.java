package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.TransactionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one kind of transaction there is.
///
/// Guarded by its turn: the log may abort it from another thread when it holds back too much. No
/// monitor, for who has the turn may park in an append: whoever waits must park too.
final class WalTransaction implements Transaction {

    private static final Logger LOG = LoggerFactory.getLogger(WalTransaction.class);

    private static final long TURN_NANOS = 1_000_000;
    private static final VarHandle TURN;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(WalTransaction.class, "isTurnTaken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Wal wal;
    private final Xids xids;
    private final Appender appender;
    private final InsertionPool pool;
    private final FlushProgress progress;
    private final Relations relations;

    // Guarded by Xids: its place among the open ones.
    long openXid;
    @Nullable WalTransaction older;
    @Nullable WalTransaction newer;

    private volatile boolean isTurnTaken;
    private long xid;
    private volatile @Nullable Lsn firstLsn;
    private @Nullable PageRun run;
    private boolean isOver;
    private @Nullable String abortedBecause;

    WalTransaction(Wal wal, Xids xids, Appender appender, InsertionPool pool, FlushProgress progress,
            Relations relations) {
        this.wal = wal;
        this.xids = xids;
        this.appender = appender;
        this.pool = pool;
        this.progress = progress;
        this.relations = relations;
    }

    private void takeTurn() {
        while (!TURN.compareAndSet(this, false, true)) {
            wal.world().park(() -> !isTurnTaken, TURN_NANOS);
        }
    }

    @Override
    public long xid() {
        takeTurn();
        try {
            return assignedXid();
        } finally {
            isTurnTaken = false;
        }
    }

    private long assignedXid() {
        throwIfOver();
        if (xid == 0) {
            xid = xids.assign(this);
        }
        return xid;
    }

    /// End of its first record, or null while there is none.
    @Nullable Lsn firstLsn() {
        return firstLsn;
    }

    @Override
    public Lsn message(String prefix, ByteBuffer content) {
        takeTurn();
        try {
            return logMessage(prefix, content);
        } finally {
            isTurnTaken = false;
        }
    }

    private Lsn logMessage(String prefix, ByteBuffer content) {
        byte[] prefixBytes = Wal.prefixBytes(prefix);
        long id = assignedXid();
        Insertion place = pool.acquire();
        try {
            LogicalMessage.encode(place.record, (int) id, prefixBytes, content);
            appender.append(place, place.record);
            if (firstLsn == null) {
                firstLsn = new Lsn(place.from);
            }
            return place.endLsn();
        } finally {
            pool.release(place);
        }
    }

    @Override
    public void write(RelationId relation, int block, int offset, ByteBuffer bytes) {
        takeTurn();
        try {
            gather(relation, block, offset, bytes);
        } finally {
            isTurnTaken = false;
        }
    }

    private void gather(RelationId relation, int block, int offset, ByteBuffer bytes) {
        long id = assignedXid();
        relations.check(relation, block, offset, bytes);
        try {
            PageRun pages = run;
            if (pages == null) {
                pages = wal.newPageRun(id);
                run = pages;
            }
            pages.write(relation, block, offset, bytes, (int) id);
        } catch (IOException e) {
            end("the transaction was aborted because its page changes could not be gathered");
            throw new UncheckedIOException("could not gather page changes of transaction " + id, e);
        } catch (RuntimeException | Error e) {
            // What was gathered is not what was asked for: it must never be committed.
            end(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @Override
    public Lsn commit() {
        Lsn end = commitHere();
        // What logged nothing has nothing that anybody could miss.
        if (xid != 0) {
            wal.commitWait().await(end);
        }
        return end;
    }

    @Override
    public Lsn commitHere() {
        Lsn end = logCommit();
        progress.await(end.value());
        return end;
    }

    @Override
    public Lsn commitLater() {
        Lsn end = logCommit();
        progress.want(end.value());
        return end;
    }

    @Override
    public CompletableFuture<Lsn> commitAsync() {
        CompletableFuture<Lsn> durable = progress.future(logCommit().value());
        CommitWait wait = wal.commitWait();
        if (xid == 0 || !wait.isWanted()) {
            return durable;
        }
        CompletableFuture<Lsn> acknowledged = new CompletableFuture<>();
        forward(durable, end -> forward(wait.future(end), acknowledged::complete, acknowledged), acknowledged);
        return acknowledged;
    }

    /// A failure as it is, not wrapped into another.
    private static void forward(CompletableFuture<Lsn> from, Consumer<Lsn> to, CompletableFuture<Lsn> whenFailed) {
        var _ = from.whenComplete((end, failure) -> {
            if (failure == null) {
                to.accept(end);
            } else {
                whenFailed.completeExceptionally(failure);
            }
        });
    }

    /// Gives the commit its place. A transaction that logged nothing has nothing to commit.
    private Lsn logCommit() {
        takeTurn();
        try {
            return logCommitInTurn();
        } finally {
            isTurnTaken = false;
        }
    }

    private Lsn logCommitInTurn() {
        throwIfOver();
        if (xid == 0) {
            isOver = true;
            return wal.flushLsn();
        }
        Insertion place = pool.acquire();
        try {
            if (run == null) {
                logPlainCommit(place);
            } else {
                logCommitWithRun(place, run);
            }
            over();
            wal.counters().committed();
            return place.endLsn();
        } finally {
            pool.release(place);
        }
    }

    private void logPlainCommit(Insertion place) {
        TransactionRecord.encode(place.record, TransactionRecord.COMMIT, (int) xid, 0);
        appender.appendTimed(place, place.record, false);
    }

    private void logCommitWithRun(Insertion place, PageRun pages) {
        try {
            pages.finish((int) xid);
        } catch (IOException e) {
            end("the transaction was aborted because its page changes could not be gathered");
            throw new UncheckedIOException("could not gather page changes of transaction " + xid, e);
        } catch (RuntimeException | Error e) {
            end(String.valueOf(e.getMessage()));
            throw e;
        }
        TransactionRecord.encode(place.record, TransactionRecord.COMMIT, (int) xid, 0);
        appender.appendRun(place, pages, place.record);
    }

    @Override
    public void abort() {
        takeTurn();
        try {
            throwIfOver();
            logAbort();
        } finally {
            isTurnTaken = false;
        }
    }

    private void logAbort() {
        if (xid != 0 && firstLsn != null) {
            Insertion place = pool.acquire();
            try {
                TransactionRecord.encode(place.record, TransactionRecord.ABORT, (int) xid, 0);
                // As one of the log's own: behind the fence it is taken, too.
                appender.appendTimed(place, place.record, true);
            } catch (LogFullException e) {
                // Nothing is lost: a transaction without an end is aborted all the same, when the
                // next list of running transactions does not name it.
            } finally {
                pool.release(place);
            }
        }
        over();
    }

    /// Ends the transaction from outside; its owner is told at the next call.
    void abortBecause(String reason) {
        takeTurn();
        try {
            end(reason);
        } finally {
            isTurnTaken = false;
        }
    }

    private void end(String reason) {
        if (isOver) {
            return;
        }
        abortedBecause = reason;
        logAbort();
    }

    private void over() {
        isOver = true;
        if (xid != 0) {
            xids.over(this);
        }
        PageRun pages = run;
        run = null;
        if (pages != null) {
            try {
                pages.close();
            } catch (IOException e) {
                // The transaction's outcome has its place in the log: nobody may take this for it.
                LOG.warn("gathered page changes could not be removed; the next start does it xid={} problem={}", xid,
                        e.getMessage());
            }
        }
    }

    private void throwIfOver() {
        if (abortedBecause != null) {
            throw new TransactionAbortedException(abortedBecause);
        }
        if (isOver) {
            throw new IllegalStateException("the transaction is over");
        }
    }

    @Override
    public void close() {
        takeTurn();
        try {
            abortIfOpen();
        } finally {
            isTurnTaken = false;
        }
    }

    private void abortIfOpen() {
        if (isOver) {
            return;
        }
        if (progress.failure() == null) {
            logAbort();
        } else {
            over();
        }
    }
}
