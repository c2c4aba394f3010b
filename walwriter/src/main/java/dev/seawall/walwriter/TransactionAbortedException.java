package dev.seawall.walwriter;

/// The transaction is over without its caller's doing: it held back too much log, or asked for more
/// than may be logged at once.
public final class TransactionAbortedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean isTooLarge;

    TransactionAbortedException(String message) {
        this(message, false);
    }

    private TransactionAbortedException(String message, boolean isTooLarge) {
        super(message);
        this.isTooLarge = isTooLarge;
    }

    static TransactionAbortedException tooLarge(String message) {
        return new TransactionAbortedException(message, true);
    }

    /// Whether it asked for more than may be logged at once: tried again, it would again.
    public boolean isTooLarge() {
        return isTooLarge;
    }
}
