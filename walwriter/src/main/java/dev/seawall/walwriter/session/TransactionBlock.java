package dev.seawall.walwriter.session;

import dev.seawall.settings.SynchronousCommit;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.query.WalErrors;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A session's transaction: a block between BEGIN and COMMIT, or what one message asks for by itself.
///
/// The log's transaction begins with the first function that needs one, so a session that only reads
/// has none. One thread at a time.
final class TransactionBlock {

    /// What ReadyForQuery tells.
    enum Status {
        IDLE('I'), OPEN('T'), FAILED('E');

        private final char letter;

        Status(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    private final Supplier<Wal> wal;
    private Status status = Status.IDLE;
    private @Nullable Transaction transaction;

    /// @param wal the log as one that takes appends, asked for when a transaction begins
    TransactionBlock(Supplier<Wal> wal) {
        this.wal = wal;
    }

    Status status() {
        return status;
    }

    /// The log's transaction, begun now if there is none.
    Transaction transaction() {
        Transaction open = transaction;
        if (open == null) {
            open = wal.get().begin();
            transaction = open;
        }
        return open;
    }

    /// 0 as long as nothing was logged.
    long xid() {
        Transaction open = transaction;
        return open == null ? 0 : open.xid();
    }

    void begin() {
        status = Status.OPEN;
    }

    /// Ends the block or what stood outside one. When it returns the transaction is as durable here as
    /// `how` says; standbys are waited for by the caller.
    ///
    /// @return the commit's end; [Lsn#INVALID] if there was none
    /// @throws SqlException 08007 if nobody knows whether it was committed
    Lsn commit(SynchronousCommit how) {
        status = Status.IDLE;
        Transaction open = transaction;
        transaction = null;
        if (open == null) {
            return Lsn.INVALID;
        }
        try (open) {
            return how == SynchronousCommit.OFF ? open.commitLater() : open.commitHere();
        } catch (RuntimeException | OutOfMemoryError e) {
            throw WalErrors.ofCommit(e);
        }
    }

    void rollback() {
        status = Status.IDLE;
        abort();
    }

    /// A statement failed: the block stays, and takes nothing but its end.
    void fail() {
        if (status == Status.OPEN) {
            status = Status.FAILED;
        }
        abort();
    }

    private void abort() {
        Transaction open = transaction;
        transaction = null;
        if (open != null) {
            open.close();
        }
    }

    void checkNotFailed() {
        if (status == Status.FAILED) {
            throw SqlException.error(SqlState.IN_FAILED_SQL_TRANSACTION,
                    "current transaction is aborted, commands ignored until end of transaction block");
        }
    }
}
