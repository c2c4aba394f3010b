package dev.seawall.tools.walbench.server;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The PostgreSQL that is installed here: where its programs are, and how to run them.
///
/// They run in the C locale. A server refuses to run as root; as the user `postgres` it does.
public final class InstalledPostgres {

    /// Superuser of every server that is made.
    public static final String USER = "postgres";

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final List<Path> OTHER_PLACES = List.of(Path.of("/usr/pgsql-15/bin"),
            Path.of("/usr/local/pgsql/bin"), Path.of("/opt/homebrew/opt/postgresql@15/bin"));
    private static final List<String> NEEDED = List.of("initdb", "pg_ctl", "postgres", "pgbench", "pg_waldump", "psql",
            "pg_isready");

    private final Path directory;

    private InstalledPostgres(Path directory) {
        this.directory = directory;
    }

    /// What a program wrote, and how it ended.
    public record Output(int exitCode, String out, String err) {

        /// Standard output, if it ended well.
        public String orFail(String what) throws IOException {
            if (exitCode != 0) {
                throw new IOException(what + " failed with exit code " + exitCode + "\n" + out + err);
            }
            return out;
        }
    }

    /// @param given where to look; null for where pg_config says, then where distributions put it, then PATH
    /// @throws ExitCodeException if there is none with all that is needed
    public static InstalledPostgres find(@Nullable Path given) throws IOException {
        List<Path> places = given == null ? places() : List.of(given);
        for (Path place : places) {
            if (NEEDED.stream().allMatch(program -> Files.isExecutable(place.resolve(program)))) {
                return new InstalledPostgres(place);
            }
        }
        throw new ExitCodeException(ExitCode.NOT_FOUND, "found no directory with " + String.join(", ", NEEDED)
                + " among " + places + "\nHINT: Install PostgreSQL 15, server and client programs (Debian: apt install"
                + " postgresql-15), or say where they are with --bindir DIR.");
    }

    private static List<Path> places() throws IOException {
        List<Path> places = new ArrayList<>(List.of(DEBIAN.resolve("15/bin")));
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.map(version -> version.resolve("bin")).sorted(Comparator.reverseOrder()).forEach(places::add);
            }
        }
        places.addAll(OTHER_PLACES);
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (!entry.isEmpty() && Files.isExecutable(Path.of(entry, "pg_config"))) {
                // First: whoever has a pg_config on the PATH has said which one is meant.
                String said = run(List.of(entry + "/pg_config", "--bindir")).out().strip();
                places.addFirst(Path.of(said.isEmpty() ? entry : said));
                break;
            }
        }
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (!entry.isEmpty()) {
                places.add(Path.of(entry));
            }
        }
        return places.stream().distinct().toList();
    }

    /// `pgbench (PostgreSQL) 15.14`.
    public String version() throws IOException {
        return run(List.of(path("postgres"), "--version")).out().strip();
    }

    /// The command line of a program.
    public List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(path(program)));
        command.addAll(arguments);
        return command;
    }

    /// The command line of a program that refuses to be root's.
    public List<String> unprivileged(String program, List<String> arguments) {
        List<String> command = command(program, arguments);
        if (isRoot()) {
            command.addAll(0, List.of("runuser", "-u", USER, "--"));
        }
        return command;
    }

    private String path(String program) {
        return directory.resolve(program).toString();
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /// Runs a command to its end. Its output goes through files, so no pipe fills up or is held open by a server
    /// that it started.
    public static Output run(List<String> command) throws IOException {
        Path out = Files.createTempFile("walbench", ".out");
        Path err = Files.createTempFile("walbench", ".err");
        // An interrupt may come before the end of this.
        out.toFile().deleteOnExit();
        err.toFile().deleteOnExit();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            try {
                int exitCode = process.waitFor();
                return new Output(exitCode, Files.readString(out), Files.readString(err));
            } catch (InterruptedException e) {
                process.destroy();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + command.getFirst(), e);
            }
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
