package dev.seawall.walwriter;

import org.jspecify.annotations.Nullable;

/// The log could not be written or synced, or is closed; final. Whatever waits for durability gets this: its
/// outcome is unknown, not "rolled back". The process must end, and recovery decides.
public final class WalFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WalFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
