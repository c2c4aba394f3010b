package dev.seawall.walwriter;

/// The log could not be written or synced; final. Whatever waits for durability gets this: its
/// outcome is unknown, not "rolled back". The process must end, and recovery decides.
public final class WalFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WalFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
