package dev.seawall.walwriter.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who connects, to what, and for what.
///
/// @param password for SCRAM-SHA-256; null if the server is to believe the operating system
/// @param timeout  for everything up to the end of the login
public record Login(String user, String database, String applicationName, Replication replication,
        @Nullable String password, Duration timeout) {

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

    /// What the connection understands besides queries.
    public enum Replication {
        NONE(null),
        /// Replication commands, of physical replication.
        PHYSICAL("true"),
        /// Replication commands, and SQL in a database.
        DATABASE("database");

        private final @Nullable String parameter;

        Replication(@Nullable String parameter) {
            this.parameter = parameter;
        }

        /// As the startup packet says it; null: not at all.
        @Nullable String parameter() {
            return parameter;
        }
    }

    public Login {
        Objects.requireNonNull(user);
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a login without a user's name");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout " + timeout + ", more than nothing expected");
        }
    }

    /// For queries, in the database `postgres`.
    public static Login of(String user, String applicationName) {
        return new Login(user, "postgres", applicationName, Replication.NONE, null, USUAL_TIMEOUT);
    }

    public Login withUser(String name) {
        return new Login(name, database, applicationName, replication, password, timeout);
    }

    public Login withDatabase(String name) {
        return new Login(user, name, applicationName, replication, password, timeout);
    }

    public Login withReplication(Replication mode) {
        return new Login(user, database, applicationName, mode, password, timeout);
    }

    public Login withPassword(@Nullable String text) {
        return new Login(user, database, applicationName, replication, text, timeout);
    }

    public Login withTimeout(Duration limit) {
        return new Login(user, database, applicationName, replication, password, limit);
    }

    /// Without the password, since such texts end in logs.
    @Override
    public String toString() {
        return "user \"" + user + "\", database \"" + database + "\"";
    }
}
