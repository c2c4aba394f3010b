package dev.seawall.wal.disk;

import java.io.IOException;

/// The file system is full (ENOSPC, EDQUOT): not a crash, and it may clear by itself.
public final class NoSpaceException extends IOException {

    private static final long serialVersionUID = 1L;

    public NoSpaceException(String message) {
        super(message);
    }
}
