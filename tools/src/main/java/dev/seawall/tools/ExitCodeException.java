package dev.seawall.tools;

/// Ends a command with a certain exit code and a message for its user: what went wrong and, on a
/// line of its own, the HINT.
public final class ExitCodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    public ExitCodeException(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    public ExitCodeException(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ExitCode code() {
        return code;
    }
}
