package dev.seawall.archiver.receive;

import java.io.IOException;

/// Receiving cannot go on, and no further try mends it: the log on the server is not the one behind what is here.
public final class ReceiveEndedException extends IOException {

    private static final long serialVersionUID = 1L;

    public ReceiveEndedException(String message) {
        super(message);
    }

    public ReceiveEndedException(String message, Throwable cause) {
        super(message, cause);
    }
}
