package dev.seawall.tools.clients;

import dev.seawall.witness.PostgresPrograms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// psql at one server's Unix socket.
///
/// @param directory of the socket
record Psql(Path directory, int port, String user) {

    /// Runs with these arguments; without the user's psqlrc.
    PostgresPrograms.Output run(String... arguments) {
        return program("psql", "-X", "-d", "postgres").with(arguments);
    }

    /// Unaligned rows alone, and of errors only the state.
    PostgresPrograms.Output rows(String... arguments) {
        return program("psql", "-X", "-d", "postgres", "-qAt", "-v", "VERBOSITY=sqlstate").with(arguments);
    }

    /// Any other of PostgreSQL's clients.
    Call program(String program, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("-h", directory.toString(), "-p", String.valueOf(port), "-U", user));
        all.addAll(List.of(arguments));
        return new Call(program, all);
    }

    /// A program with a part of its arguments.
    record Call(String program, List<String> first) {

        PostgresPrograms.Output with(String... arguments) {
            List<String> all = new ArrayList<>(first);
            all.addAll(List.of(arguments));
            return PostgresPrograms.run(program, all);
        }
    }
}
