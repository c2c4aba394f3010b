package dev.seawall.walwriter.timeline;

import dev.seawall.wal.Lsn;
import java.io.IOException;

/// Recovery cannot go on, and nobody knows that it has come to the end. What is there so far stays;
/// recovery goes on from it when the reason is gone.
public final class RecoveryStoppedException extends IOException {

    private static final long serialVersionUID = 1L;

    RecoveryStoppedException(String problem, String hint) {
        super(problem + "\nHINT: " + hint);
    }

    /// What is missing is a file, wanted for the log from `at` on.
    static RecoveryStoppedException missing(String fileName, String reason, Lsn at) {
        return new RecoveryStoppedException(
                "recovery stopped at " + at + ": could not get \"" + fileName + "\": " + reason,
                "Mend the archive, or put the file into pg_wal, and let recovery go on; or recover to a target before "
                        + at + ".");
    }

    /// Requested timeline and cluster do not belong together.
    static RecoveryStoppedException unfit(String problem, String hint) {
        return new RecoveryStoppedException(problem, hint);
    }
}
