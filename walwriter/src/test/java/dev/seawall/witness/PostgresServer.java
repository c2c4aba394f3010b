package dev.seawall.witness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real PostgreSQL server, 15 unless said otherwise, in a directory of its own, reached by a Unix socket, and by
/// TCP if asked to.
///
/// fsync is off: it is a witness, not a keeper. Closing it stops it and removes the directory.
public final class PostgresServer implements AutoCloseable {

    private static final int SOCKET_PORT = 5432;

    /// Short, because a Unix socket's path may have only 107 bytes.
    private final Path home;
    private final Path data;
    /// Where initdb and pg_ctl are; null: where they usually are.
    private final @Nullable Path programs;
    private int port = SOCKET_PORT;
    private boolean isRunning;

    private PostgresServer(Path home, @Nullable Path programs) {
        this.programs = programs;
        this.home = home;
        this.data = home.resolve("data");
    }

    /// initdb, not started yet. Superuser `postgres`, no password.
    public static PostgresServer create(String... initdbOptions) {
        return create(null, initdbOptions);
    }

    /// As [#create], by the programs of another installation, which may be of another version.
    ///
    /// @param programs the directory of its initdb and pg_ctl
    public static PostgresServer create(@Nullable Path programs, String... initdbOptions) {
        try {
            Path home = Files.createTempDirectory(Path.of("/tmp"), "swpg");
            PostgresServer server = new PostgresServer(home, programs);
            PostgresPrograms.giveAway(home);
            List<String> arguments = new ArrayList<>(List.of(
                    "-D", server.data.toString(), "-U", "postgres", "-A", "trust", "--no-sync", "--no-locale",
                    "--encoding=UTF8"));
            arguments.addAll(List.of(initdbOptions));
            server.program("initdb", arguments).orFail();
            return server.configure("listen_addresses=''", "unix_socket_directories='" + home + "'",
                    "port=" + SOCKET_PORT, "fsync=off", "max_connections=20", "shared_buffers=16MB");
        } catch (IOException e) {
            throw new UncheckedIOException("could not make a directory for a server", e);
        }
    }

    private PostgresPrograms.Output program(String name, List<String> arguments) {
        return PostgresPrograms.runUnprivileged(
                programs == null ? PostgresPrograms.find(name) : programs.resolve(name), arguments);
    }

    /// The data directory.
    public Path data() {
        return data;
    }

    public Path wal() {
        return data.resolve("pg_wal");
    }

    /// The server's log file.
    public Path log() {
        return home.resolve("server.log");
    }

    /// What clients pass as host.
    public Path socketDirectory() {
        return home;
    }

    /// Makes it listen on a free port of 127.0.0.1 too.
    public PostgresServer listenOnLoopback() {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("could not find a free port", e);
        }
        return configure("listen_addresses='127.0.0.1'", "port=" + port);
    }

    /// Of TCP, and in the Unix socket's name.
    public int port() {
        return port;
    }

    /// Replaces pg_hba.conf.
    public PostgresServer rules(String text) {
        try {
            Files.writeString(data.resolve("pg_hba.conf"), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("could not configure the server", e);
        }
    }

    /// Adds lines to postgresql.conf.
    public PostgresServer configure(String... lines) {
        try {
            Files.writeString(data.resolve("postgresql.conf"), String.join("\n", lines) + "\n",
                    StandardOpenOption.APPEND);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("could not configure the server", e);
        }
    }

    /// Starts it and waits until it takes connections.
    public PostgresServer start() {
        isRunning = true;
        PostgresPrograms.Output output = tryStart();
        if (output.exitCode() != 0) {
            throw new AssertionError("server did not start\n" + output.err() + logText());
        }
        return this;
    }

    /// As [#start], for whoever expects that it may not.
    public PostgresPrograms.Output tryStart() {
        PostgresPrograms.giveAway(home);
        isRunning = true;
        return program("pg_ctl",
                List.of("-D", data.toString(), "-w", "-s", "-l", log().toString(), "start"));
    }

    public String logText() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("could not read the server's log", e);
        }
    }

    /// @param mode smart, fast or immediate
    public void stop(String mode) {
        isRunning = false;
        program("pg_ctl",
                List.of("-D", data.toString(), "-w", "-s", "-m", mode, "stop")).orFail();
    }

    /// Runs SQL by psql; unaligned rows, without headers.
    public String sql(String text) {
        return PostgresPrograms.run("psql", "-h", home.toString(), "-p", String.valueOf(port), "-U", "postgres", "-X",
                "-qAt",
                "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-c", text).orFail().strip();
    }

    /// Runs a client program with this server's address put in front of its arguments.
    public PostgresPrograms.Output client(String program, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("-h", home.toString(), "-p", String.valueOf(port), "-U", "postgres"));
        all.addAll(List.of(arguments));
        return PostgresPrograms.run(program, all);
    }

    @Override
    public void close() {
        if (isRunning && Files.exists(data.resolve("postmaster.pid"))) {
            stop("immediate");
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not remove the server's directory", e);
        }
    }
}
