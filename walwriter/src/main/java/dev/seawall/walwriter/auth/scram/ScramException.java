package dev.seawall.walwriter.auth.scram;

import java.io.IOException;

/// The peer's SCRAM message is not one, or does not follow from what was said before.
public final class ScramException extends IOException {

    private static final long serialVersionUID = 1;

    ScramException(String message) {
        super(message);
    }
}
