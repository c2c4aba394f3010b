package dev.seawall.archiver.restore;

import java.io.IOException;

/// No base backup leads to the target; the message lists what there is.
public final class NoBackupException extends IOException {

    private static final long serialVersionUID = 1L;

    public NoBackupException(String message) {
        super(message);
    }
}
