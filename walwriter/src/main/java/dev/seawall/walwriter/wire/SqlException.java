package dev.seawall.walwriter.wire;

import org.jspecify.annotations.Nullable;

/// What a client is told instead of a result: an ErrorResponse of the protocol.
///
/// Expected in normal running, so it carries no stack trace: a client that guesses passwords or
/// sends nonsense must not cost more than one that behaves.
public final class SqlException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final SqlState state;
    private final @Nullable String detail;
    private final @Nullable String hint;
    private final boolean isFatal;

    private SqlException(SqlState state, String message, @Nullable String detail, @Nullable String hint,
            boolean isFatal) {
        super(message, null, false, false);
        this.state = state;
        this.detail = detail;
        this.hint = hint;
        this.isFatal = isFatal;
    }

    /// Ends the statement, and the transaction it is in.
    ///
    /// @param message in PostgreSQL's words where it has them; a `HINT:` line of its own becomes the hint
    public static SqlException error(SqlState state, String message) {
        return of(state, message, false);
    }

    /// Ends the connection.
    public static SqlException fatal(SqlState state, String message) {
        return of(state, message, true);
    }

    private static SqlException of(SqlState state, String message, boolean isFatal) {
        int hint = message.indexOf("\nHINT: ");
        return hint < 0 ? new SqlException(state, message, null, null, isFatal)
                : new SqlException(state, message.substring(0, hint), null, message.substring(hint + 7), isFatal);
    }

    public SqlException withDetail(String text) {
        return new SqlException(state, problem(), text, hint, isFatal);
    }

    public SqlException withHint(String text) {
        return new SqlException(state, problem(), detail, text, isFatal);
    }

    public SqlState state() {
        return state;
    }

    /// What went wrong, without detail and hint.
    public String problem() {
        return String.valueOf(getMessage());
    }

    public @Nullable String detail() {
        return detail;
    }

    public @Nullable String hint() {
        return hint;
    }

    public boolean isFatal() {
        return isFatal;
    }
}
