package dev.seawall.walwriter.auth.hba;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SmallFile;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Who may connect from where, and by which proof: rules in pg_hba.conf's syntax, the first that
/// matches decides. What no rule matches is refused.
public final class HbaRules {

    private static final String DEFAULT_TEXT = """
            local all all peer
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            local replication all peer
            host replication all 127.0.0.1/32 scram-sha-256
            host replication all ::1/128 scram-sha-256
            """;

    private final List<HbaRule> rules;

    HbaRules(List<HbaRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /// What holds where there is no file: this machine's users as themselves, and passwords by TCP
    /// from this machine.
    public static HbaRules defaults() {
        return parse(DEFAULT_TEXT, "default rules");
    }

    /// @param file its name, for messages
    /// @throws HbaException with all mistakes there are
    public static HbaRules parse(String text, String file) {
        return new HbaRules(HbaParser.parse(text, file));
    }

    /// Reads a file.
    ///
    /// @throws HbaException with all mistakes there are
    /// @throws java.nio.file.NoSuchFileException if there is none
    public static HbaRules read(Disk disk, Path file) throws IOException {
        return parse(SmallFile.read(disk, file), file.toString());
    }

    public int size() {
        return rules.size();
    }

    /// The rule that decides.
    ///
    /// @throws SqlException FATAL, 28000, if there is none
    public HbaRule match(Origin origin, LoginRequest request) {
        for (HbaRule rule : rules) {
            if (rule.matches(origin, request)) {
                return rule;
            }
        }
        throw refusal(request.isPhysical() ? "no pg_hba.conf entry for replication connection from "
                : "no pg_hba.conf entry for ", origin, request);
    }

    /// What a client is told that rule `reject` matched.
    public static SqlException rejected(Origin origin, LoginRequest request) {
        return refusal(request.isPhysical() ? "pg_hba.conf rejects replication connection for "
                : "pg_hba.conf rejects connection for ", origin, request);
    }

    private static SqlException refusal(String begin, Origin origin, LoginRequest request) {
        return SqlException.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                begin + "host \"" + origin.host() + "\", user \"" + request.user() + "\""
                        + (request.isPhysical() ? "" : ", database \"" + request.database() + "\"")
                        + ", " + origin.encryption());
    }
}
