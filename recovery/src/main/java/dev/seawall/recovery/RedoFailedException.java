package dev.seawall.recovery;

import java.io.IOException;

/// A committed transaction could not be applied, so nothing behind it may be. Final for this
/// process: the log is whole, and redo begins again from the last checkpoint at the next start.
public final class RedoFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    public RedoFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
