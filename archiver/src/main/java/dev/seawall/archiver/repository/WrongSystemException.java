package dev.seawall.archiver.repository;

import java.io.IOException;

/// A file or a repository belongs to another cluster; nothing was stored or fetched.
public final class WrongSystemException extends IOException {

    private static final long serialVersionUID = 1L;

    public WrongSystemException(String message) {
        super(message);
    }
}
