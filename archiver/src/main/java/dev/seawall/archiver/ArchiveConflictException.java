package dev.seawall.archiver;

import java.io.IOException;

/// The repository has a file of this name with other content: two clusters write into it, or one
/// was copied and goes on beside its original. Nothing was replaced, and the local file is kept.
public final class ArchiveConflictException extends IOException {

    private static final long serialVersionUID = 1L;

    public ArchiveConflictException(String name) {
        super("archive conflict: " + name + " is stored with different content"
                + "\nHINT: Two clusters with one system identifier write on the same timeline. Stop the wrong one; "
                + "a copy must be promoted to a timeline of its own, or be given a repository of its own.");
    }
}
