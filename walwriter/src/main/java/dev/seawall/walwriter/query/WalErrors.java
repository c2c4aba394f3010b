package dev.seawall.walwriter.query;

import dev.seawall.walwriter.LogEndedException;
import dev.seawall.walwriter.LogFullException;
import dev.seawall.walwriter.TransactionAbortedException;
import dev.seawall.walwriter.WalFailedException;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// What a client is told of the log's refusals and failures: the one place that turns them into states.
public final class WalErrors {

    private WalErrors() {}

    /// For all but commits. What is an SqlException already stays as it is; what has no state of its
    /// own is our mistake, and an internal error to the client.
    public static SqlException of(Throwable cause) {
        return of(cause, SqlState.IO_ERROR);
    }

    /// For what befell a commit: when the log failed its outcome is unknown, and said to be so.
    public static SqlException ofCommit(Throwable cause) {
        return of(cause, SqlState.TRANSACTION_RESOLUTION_UNKNOWN);
    }

    private static SqlException of(Throwable cause, SqlState whenFailed) {
        return switch (cause) {
            case SqlException known -> known;
            case WalFailedException failed -> SqlException.error(whenFailed,
                    whenFailed == SqlState.IO_ERROR ? text(failed)
                            : "whether the transaction is committed is unknown: " + text(failed));
            case LogFullException full -> SqlException.error(SqlState.DISK_FULL, text(full));
            case TransactionAbortedException aborted -> SqlException.error(stateOf(aborted), text(aborted));
            case NotConnectedException missing -> withHint(
                    SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, text(missing)),
                    "Start the checkpointer, or wait until it is connected again.");
            case LogEndedException ended -> SqlException.error(SqlState.ADMIN_SHUTDOWN, text(ended));
            case IllegalArgumentException refused ->
                    SqlException.error(SqlState.INVALID_PARAMETER_VALUE, text(refused));
            // Its cause says which: a missing checkpointer comes wrapped, too.
            case UncheckedIOException io -> of(io.getCause(), whenFailed);
            case java.io.IOException io -> SqlException.error(SqlState.IO_ERROR, text(io));
            case OutOfMemoryError memory -> SqlException.error(
                    whenFailed == SqlState.IO_ERROR ? SqlState.OUT_OF_MEMORY : whenFailed,
                    "out of memory: " + text(memory));
            case StackOverflowError deep -> SqlException.error(SqlState.STATEMENT_TOO_COMPLEX,
                    "stack depth limit exceeded: " + text(deep));
            default -> SqlException.error(
                    whenFailed == SqlState.IO_ERROR ? SqlState.INTERNAL_ERROR : whenFailed, "internal error: " + cause);
        };
    }

    private static SqlState stateOf(TransactionAbortedException aborted) {
        return aborted.isTooLarge() ? SqlState.PROGRAM_LIMIT_EXCEEDED : SqlState.IN_FAILED_SQL_TRANSACTION;
    }

    private static SqlException withHint(SqlException error, String hint) {
        return error.hint() == null ? error.withHint(hint) : error;
    }

    private static String text(Throwable cause) {
        @Nullable String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
