package dev.seawall.tools.walbench.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What pgbench is asked to do, the same of each server.
///
/// @param clients connections, each with one transaction at a time
/// @param jobs    pgbench's threads
record Load(Protocol protocol, int clients, int jobs, int seconds) {

    /// The one statement: a transaction of a message of 200 bytes.
    static final String STATEMENT = "select pg_logical_emit_message(true,'x',repeat('a',200))";

    /// How statements are sent.
    enum Protocol {
        SIMPLE, EXTENDED, PREPARED;

        String lowerCase() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Load {
        if (clients < 1 || jobs < 1 || seconds < 1) {
            throw new IllegalArgumentException("clients, threads and seconds are at least 1, not " + clients + ", "
                    + jobs + " and " + seconds);
        }
    }

    /// pgbench's arguments, but for where the server is.
    ///
    /// @param script a file with the statement
    List<String> arguments(String script) {
        return new ArrayList<>(List.of("-n", "-f", script, "-M", protocol.lowerCase(), "-c", String.valueOf(clients),
                "-j", String.valueOf(Math.min(jobs, clients)), "-T", String.valueOf(seconds)));
    }
}
