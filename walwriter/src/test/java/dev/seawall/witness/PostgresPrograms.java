package dev.seawall.witness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Finds and runs PostgreSQL 15's programs.
///
/// They run with the C locale and the caller's time zone. A program that is not there fails the
/// test and says what to install.
public final class PostgresPrograms {

    private static final String INSTALL =
            "\nHINT: Install postgresql-15 (server and client programs; on Debian: apt-get install postgresql-15).";
    private static final List<Path> USUAL_PLACES = List.of(
            Path.of("/usr/lib/postgresql/15/bin"), Path.of("/usr/pgsql-15/bin"), Path.of("/usr/local/pgsql/bin"));
    private static final long PATIENCE_SECONDS = 120;

    private PostgresPrograms() {}

    /// What a program said.
    public record Output(int exitCode, String out, String err) {

        /// Standard output, having exited with 0.
        public String orFail() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + "\n" + out + err);
            }
            return out;
        }

        public List<String> lines() {
            return out.lines().toList();
        }
    }

    /// Where a program is: `pg_waldump`, `initdb`, `postgres`, ...
    public static Path find(String program) {
        String override = System.getenv("SEAWALL_POSTGRES_BINDIR");
        if (override != null) {
            return executable(Path.of(override), program);
        }
        for (Path place : USUAL_PLACES) {
            if (Files.isExecutable(place.resolve(program))) {
                return place.resolve(program);
            }
        }
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return Path.of(directory, program);
            }
        }
        throw new AssertionError(program + " was not found" + INSTALL);
    }

    private static Path executable(Path directory, String program) {
        Path path = directory.resolve(program);
        if (!Files.isExecutable(path)) {
            throw new AssertionError(path + " is not an executable file" + INSTALL);
        }
        return path;
    }

    /// Runs a program of PostgreSQL's and waits for its end.
    public static Output run(String program, String... arguments) {
        return run(program, Arrays.asList(arguments));
    }

    public static Output run(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(find(program).toString()));
        command.addAll(arguments);
        return execute(command, Map.of("LC_ALL", "C"));
    }

    /// Runs it as a user that is not root, as servers and initdb insist on: as the system user
    /// `postgres` when the tests are root's, else as who we are.
    public static Output runUnprivileged(String program, List<String> arguments) {
        return runUnprivileged(find(program), arguments);
    }

    /// As [#runUnprivileged], of another installation.
    public static Output runUnprivileged(Path program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", USER, "--"));
        }
        command.add(program.toString());
        command.addAll(arguments);
        return execute(command, Map.of("LC_ALL", "C"));
    }

    /// Who servers run as when the tests are root's.
    public static final String USER = "postgres";

    public static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /// Gives a directory and all in it to [#USER], when the tests are root's.
    public static void giveAway(Path directory) {
        if (isRoot()) {
            execute(List.of("chown", "-R", USER + ":", directory.toString()), Map.of()).orFail();
        }
    }

    /// Runs any command to its end; its output goes through files, so no pipe fills up.
    public static Output execute(List<String> command, Map<String, String> environment) {
        try {
            Path out = Files.createTempFile("seawall-out", null);
            Path err = Files.createTempFile("seawall-err", null);
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectOutput(out.toFile()).redirectError(err.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " did not end in " + PATIENCE_SECONDS + " s\n" + text(err));
                }
                return new Output(process.exitValue(), text(out), text(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + command, e);
        }
    }

    /// Byte for byte: one character a byte.
    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
