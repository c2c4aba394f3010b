package dev.seawall.walwriter.client;

import dev.seawall.walwriter.tls.ClientTls;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who connects, to what, and for what.
///
/// @param password for SCRAM-SHA-256; null if the server is to believe the operating system
/// @param tls      how to encrypt a connection by TCP, which then must be; null: not at all. A Unix socket
///                 needs none
/// @param timeout  for everything up to the end of the login
public record Login(String user, String database, String applicationName, Replication replication,
        @Nullable String password, @Nullable ClientTls tls, Duration timeout) {

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
        return new Login(user, "postgres", applicationName, Replication.NONE, null, null, USUAL_TIMEOUT);
    }

    public Login withUser(String name) {
        return new Login(name, database, applicationName, replication, password, tls, timeout);
    }

    public Login withDatabase(String name) {
        return new Login(user, name, applicationName, replication, password, tls, timeout);
    }

    public Login withReplication(Replication mode) {
        return new Login(user, database, applicationName, mode, password, tls, timeout);
    }

    public Login withPassword(@Nullable String text) {
        return new Login(user, database, applicationName, replication, text, tls, timeout);
    }

    public Login withTls(@Nullable ClientTls way) {
        return new Login(user, database, applicationName, replication, password, way, timeout);
    }

    public Login withTimeout(Duration limit) {
        return new Login(user, database, applicationName, replication, password, tls, limit);
    }

    /// Without the password, since such texts end in logs.
    @Override
    public String toString() {
        return "user \"" + user + "\", database \"" + database + "\"";
    }
}
