package dev.seawall.tools.archiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A real PostgreSQL 15 server with `archiver push` and `archiver get` for its archive_command and
/// restore_command.
final class ArchiverWitnessTest {

    private static final int ROUNDS = 3;

    private static PostgresServer primary;
    private static PostgresServer copy;
    private static Path script;
    private static Path original;
    private Path repository;

    @BeforeAll
    static void archive() throws IOException {
        primary = PostgresServer.create("--wal-segsize=1");
        copy = PostgresServer.create("--wal-segsize=1");
        Path home = primary.socketDirectory();
        script = ArchiverScript.install(Files.createDirectory(home.resolve("bin")));
        original = home.resolve("repository");
        assertThat(Program.run(new Archiver(), "init", "-r", original.toString(), "-D", primary.data().toString()))
                .isZero();
        primary.configure("archive_mode=on", "archive_command='" + script + " push -r " + original + " %p'",
                "wal_level=replica", "max_wal_size=64MB", "min_wal_size=2MB").start();
        primary.sql("create table t(round int, filling text)");
        remove(copy.data());
        primary.client("pg_basebackup", "-D", copy.data().toString(), "-X", "none", "-c", "fast", "--no-sync").orFail();
        for (int round = 1; round <= ROUNDS; round++) {
            primary.sql("insert into t select " + round + ", repeat('x', 1000) from generate_series(1, 50)");
            primary.sql("select pg_switch_wal()");
        }
        String last = primary.sql("select pg_walfile_name(pg_current_wal_lsn() - 1)");
        for (int i = 0; i < 600 && !exists(original, last); i++) {
            primary.sql("select pg_sleep(0.1)");
        }
        assertThat(exists(original, last)).as(last + " is archived\n" + primary.logText()).isTrue();
        Files.move(copy.data(), copy.socketDirectory().resolve("base"));
        primary.stop("fast");
    }

    private static boolean exists(Path repository, String segment) {
        return Files.exists(stored(repository, segment));
    }

    private static Path stored(Path repository, String segment) {
        return repository.resolve("wal").resolve(segment.substring(0, 8)).resolve(segment.substring(8, 16))
                .resolve(segment + ".zst");
    }

    @AfterAll
    static void end() {
        primary.close();
        copy.close();
    }

    @BeforeEach
    void a_repository_of_the_tests_own() throws IOException {
        repository = copy.socketDirectory().resolve("repository");
        remove(repository);
        remove(copy.data());
        duplicate(original, repository);
        duplicate(copy.socketDirectory().resolve("base"), copy.data());
    }

    private static void duplicate(Path from, Path to) {
        PostgresPrograms.execute(List.of("cp", "-a", from.toString(), to.toString()), Map.of()).orFail();
    }

    private static void remove(Path directory) {
        PostgresPrograms.execute(List.of("rm", "-rf", directory.toString()), Map.of()).orFail();
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.walk(repository.resolve("wal"))) {
            return files.filter(file -> file.toString().endsWith(".zst")).sorted().toList();
        }
    }

    /// Recovers the copy to the archive's end.
    ///
    /// @return whether it opened; if not, it ended
    private boolean recover() throws Exception {
        copy.configure("unix_socket_directories='" + copy.socketDirectory() + "'", "archive_mode=on",
                "archive_command='" + script + " push -r " + repository + " %p'",
                "restore_command='" + script + " get -r " + repository + " %f %p'");
        Files.writeString(copy.data().resolve("recovery.signal"), "");
        copy.tryStart();
        // It takes connections as a hot standby, long before it is recovered.
        for (int i = 0; i < 600 && Files.exists(copy.data().resolve("postmaster.pid")); i++) {
            PostgresPrograms.Output answer = copy.client("psql", "-XqAt", "-d", "postgres", "-c",
                    "select pg_is_in_recovery()");
            if (answer.out().strip().equals("f")) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }

    @Test
    void every_segment_is_stored_readably_and_verified() throws Exception {
        assertThat(segments()).hasSizeGreaterThan(ROUNDS);
        for (Path segment : segments()) {
            PostgresPrograms.execute(List.of("zstd", "-q", "-t", segment.toString()), Map.of()).orFail();
        }
        assertThat(Program.run(new Archiver(), "verify", "-r", repository.toString())).isZero();
        assertThat(Program.run(new Archiver(), "info", "--json", "-r", repository.toString())).isZero();
    }

    @Test
    void a_copy_recovers_every_row_and_archives_its_new_timeline() throws Exception {
        assertThat(recover()).as(copy.logText()).isTrue();
        assertThat(copy.sql("select max(round), count(*) from t")).isEqualTo(ROUNDS + "|" + ROUNDS * 50);
        for (int i = 0; i < 600 && !Files.exists(repository.resolve("wal/00000002.history")); i++) {
            copy.sql("select pg_sleep(0.1)");
        }
        copy.stop("fast");

        assertThat(Files.readString(repository.resolve("wal/00000002.history"))).startsWith("1\t");
        assertThat(Program.run(new Archiver(), "verify", "-r", repository.toString())).isZero();
    }

    @Test
    void a_hole_stops_the_server_instead_of_opening_a_shorter_database() throws Exception {
        List<Path> segments = segments();
        Files.delete(segments.get(segments.size() - 2));

        assertThat(recover()).isFalse();
        assertThat(copy.logText()).contains("hole in the archive: ");
    }

    @Test
    void the_same_segment_again_is_fine_and_another_of_its_name_is_refused() throws Exception {
        Path segment = segments().get(1);
        String name = segment.getFileName().toString().replace(".zst", "");
        Path file = copy.socketDirectory().resolve(name);
        Files.deleteIfExists(file);
        PostgresPrograms.execute(List.of("zstd", "-q", "-d", segment.toString(), "-o", file.toString()), Map.of())
                .orFail();

        assertThat(Program.run(new Archiver(), "push", "-r", repository.toString(), file.toString()))
                .isEqualTo(ExitCode.DONE.code());
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        assertThat(Program.run(new Archiver(), "push", "-r", repository.toString(), file.toString()))
                .isIn(ExitCode.CONFLICT.code(), ExitCode.CORRUPT.code());
        Files.delete(file);
    }
}
