package dev.seawall.tools.waldump;

/// Ends the command: `waldump: error: ` and the message, exit code 1.
final class FatalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean isAboutArguments;

    private FatalException(String message, boolean isAboutArguments) {
        super(message);
        this.isAboutArguments = isAboutArguments;
    }

    static FatalException of(String message) {
        return new FatalException("error: " + message, false);
    }

    /// As [#of], and the user is pointed to `--help`.
    static FatalException badArgument(String message) {
        return new FatalException("error: " + message, true);
    }

    /// An option that is not one; in PostgreSQL these come from getopt, without `error: `.
    static FatalException badOption(String message) {
        return new FatalException(message, true);
    }

    boolean isAboutArguments() {
        return isAboutArguments;
    }
}
