package dev.seawall.walwriter;

/// The log takes no appends because the disk is full: SQLSTATE 53100. Nothing was logged, nothing is
/// lost, and it goes on by itself when there is space.
public final class LogFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LogFullException() {
        super("no space left for the log\nHINT: Free space on the log's file system; the log goes on by itself.");
    }
}
