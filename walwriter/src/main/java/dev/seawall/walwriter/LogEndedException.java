package dev.seawall.walwriter;

/// The log takes no more appends, because it is being shut down: what was asked for was not done.
public final class LogEndedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    LogEndedException() {
        super("the log is being shut down");
    }
}
