package dev.seawall.walwriter;

/// The transaction is over without its caller's doing: it held back too much log, or asked for more
/// than may be logged at once.
public final class TransactionAbortedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TransactionAbortedException(String message) {
        super(message);
    }
}
