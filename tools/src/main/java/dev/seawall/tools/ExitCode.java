package dev.seawall.tools;

/// What a command tells the shell, scripts and systemd.
///
/// PostgreSQL's rules for the commands it calls: archive_command stays below 126; restore_command
/// says "I do not know" with 126 or more. What to do about each: systemd/README.md.
public enum ExitCode {

    DONE(0, "done"),
    NOT_FOUND(1, "what was asked for does not exist, and that is certain"),
    USAGE(2, "wrong option, argument or setting; nothing was done"),
    CORRUPT(3, "a file that must be whole is damaged, or a check failed"),
    IO(4, "the operating system refused: disk full, permission, device error"),
    CONFLICT(5, "the repository has this file with different content"),
    IN_USE(6, "another process has the cluster open"),
    TARGET_NOT_REACHED(7, "recovery ended before its target, or log is missing on the way"),
    UNFINISHED(8, "not done in the time given; it goes on"),
    DIVERGED(9, "this server and the other one went apart, and nothing but a decision can mend that"),
    BUG(70, "an error in Seawall itself"),
    DAMAGED(78, "the log is damaged before what was durable: refused to start"),
    UNKNOWN(126, "it could not be found out");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    /// For help texts.
    public String meaning() {
        return meaning;
    }
}
