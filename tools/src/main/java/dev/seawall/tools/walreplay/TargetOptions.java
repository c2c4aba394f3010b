package dev.seawall.tools.walreplay;

import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.recovery.target.TargetText;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import picocli.CommandLine.Option;

/// Where to stop: what PostgreSQL's recovery_target settings say, as options.
final class TargetOptions {

    @Option(names = "--target-name", paramLabel = "NAME", defaultValue = "",
            description = "Stop behind the first restore point of this name (walctl restore-point NAME).")
    private String name = "";

    @Option(names = "--target-lsn", paramLabel = "LSN", defaultValue = "",
            description = "Stop behind the first record that begins at or after this position. What a commit returned"
                    + " is its record's end: with --exclusive that commit is the last one.")
    private String lsn = "";

    @Option(names = "--target-xid", paramLabel = "XID", defaultValue = "",
            description = "Stop behind the commit or abort of this transaction. What committed before it is there,"
                    + " whatever its number.")
    private String xid = "";

    @Option(names = "--target-time", paramLabel = "TIME", defaultValue = "",
            description = "Stop behind the last transaction that ended at or before this time, such as"
                    + " \"2026-11-22 14:00:00.5+00\".")
    private String time = "";

    @Option(names = "--immediate",
            description = "Stop as soon as the restored backup is consistent.")
    private boolean isImmediate;

    @Option(names = "--exclusive",
            description = "Stop in front of the LSN, transaction or time, not behind it.")
    private boolean isExclusive;

    /// @throws ExitCodeException if there are two, or one is malformed
    RecoveryTarget target() {
        try {
            RecoveryTarget target =
                    new TargetText(isImmediate ? "immediate" : "", name, lsn, xid, time, !isExclusive).target();
            if (isExclusive && !hasSides(target)) {
                throw new IllegalArgumentException("--exclusive says nothing about " + target
                        + "\nHINT: It goes with --target-lsn, --target-xid and --target-time.");
            }
            return target;
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private static boolean hasSides(RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.AtLsn _, RecoveryTarget.AtXid _, RecoveryTarget.AtTime _ -> true;
            case RecoveryTarget.Latest _, RecoveryTarget.Immediate _, RecoveryTarget.Name _ -> false;
        };
    }
}
