package dev.seawall.walwriter.rewind;

import java.io.IOException;

/// This server cannot be made to follow that one by a rewind. Nothing was changed.
public final class RewindRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    RewindRefusedException(String message) {
        super(message);
    }

    RewindRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
