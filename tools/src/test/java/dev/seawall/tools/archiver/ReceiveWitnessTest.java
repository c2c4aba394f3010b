package dev.seawall.tools.archiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.tools.child.ChildJvm;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `archiver receive` follows a real PostgreSQL server: the installed one, and those of other versions whose
/// directories of programs are named by `-Dseawall.postgres.programs=/pg13/bin:/pg18/bin`.
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReceiveWitnessTest {

    private static final String OTHERS = "seawall.postgres.programs";

    @TempDir
    private Path directory;

    static List<String> installations() {
        List<String> all = new ArrayList<>(List.of("installed"));
        Arrays.stream(System.getProperty(OTHERS, "").split(":")).filter(one -> !one.isEmpty()).forEach(all::add);
        return all;
    }

    @ParameterizedTest
    @MethodSource("installations")
    void what_is_archived_is_the_servers_own_through_kills_restarts_and_a_promotion(String installation)
            throws Exception {
        Path programs = installation.equals("installed") ? null : Path.of(installation);
        Path repository = directory.resolve("repository");
        try (PostgresServer server = PostgresServer.create(programs, "--wal-segsize=1")) {
            server.configure("wal_keep_size=256MB", "wal_compression=on").start();
            server.sql("create table t(id serial primary key, x text)");
            List<String> command = List.of("receive", "-r", repository.toString(), "-d",
                    "host=" + server.socketDirectory() + " user=postgres", "--slot", "archive", "--create-slot",
                    "--init", "--status-interval", "1");
            try (ChildJvm receiver = ChildJvm.start(Archiver.class, command)) {
                awaitStream(server);
                load(server);
                receiver.kill();
                receiver.await();
            }
            load(server);
            server.stop("fast");
            server.start();
            load(server);
            promote(server);
            load(server);
            String end = server.sql("select pg_current_wal_flush_lsn()");

            List<String> rest = new ArrayList<>(command);
            rest.addAll(List.of("--no-loop", "--until", end));
            assertThat(Program.run(new Archiver(), rest.toArray(String[]::new))).isZero();

            assertThat(compare(server, repository)).as("segments compared").isGreaterThan(4);
            assertThat(Files.exists(repository.resolve("wal/00000002.history"))).isTrue();
            assertThat(Program.run(new Archiver(), "verify", "-r", repository.toString())).isZero();
        }
    }

    private static void load(PostgresServer server) {
        server.sql("insert into t(x) select repeat('seawall ', 30) || g from generate_series(1, 3000) g");
        server.sql("checkpoint");
        server.sql("update t set x = x || '!' where id % 7 = 0");
        server.sql("select pg_switch_wal()");
    }

    private static void awaitStream(PostgresServer server) {
        String streams = "select count(*) from pg_stat_replication where state = 'streaming'";
        boolean isStreaming = false;
        for (int i = 0; i < 600 && !isStreaming; i++) {
            server.sql("select pg_sleep(0.1)");
            isStreaming = server.sql(streams).equals("1");
        }
        assertThat(isStreaming).as("the receiver streams").isTrue();
    }

    /// Recovery to its log's end, and a new timeline.
    private static void promote(PostgresServer server) throws IOException {
        server.stop("fast");
        Files.createFile(server.data().resolve("recovery.signal"));
        server.configure("restore_command='false'").start();
    }

    /// @return how many archived segments are the server's own
    private int compare(PostgresServer server, Path repository) throws IOException {
        int compared = 0;
        List<Path> stored;
        try (Stream<Path> files = Files.walk(repository.resolve("wal"))) {
            stored = files.filter(file -> file.toString().endsWith(".zst")).toList();
        }
        for (Path file : stored) {
            String name = file.getFileName().toString().replace(".zst", "");
            Path copy = directory.resolve("copy");
            assertThat(Program.run(new Archiver(), "get", "-r", repository.toString(), name, copy.toString())).isZero();
            assertThat(Files.mismatch(copy, server.wal().resolve(name))).as(name).isEqualTo(-1);
            compared++;
        }
        return compared;
    }

    @ParameterizedTest
    @MethodSource("installations")
    void another_clusters_server_and_one_that_is_not_there_are_refused(String installation) {
        Path programs = installation.equals("installed") ? null : Path.of(installation);
        String repository = directory.resolve("other").toString();
        assertThat(Program.run(new Archiver(), "init", "-r", repository, "--system-id", "42")).isZero();
        try (PostgresServer server = PostgresServer.create(programs, "--wal-segsize=16").start()) {
            String place = "host=" + server.socketDirectory() + " user=postgres";
            assertThat(Program.run(new Archiver(), "receive", "-r", repository, "-d", place))
                    .isEqualTo(ExitCode.CONFLICT.code());
            assertThat(Program.run(new Archiver(), "receive", "-r", repository, "-d", place + " port=1", "-n"))
                    .isEqualTo(ExitCode.IO.code());
            assertThat(Program.run(new Archiver(), "receive", "-r", repository, "-d", place + " hots=x"))
                    .isEqualTo(ExitCode.USAGE.code());
            assertThat(Program.run(new Archiver(), "receive", "-r", repository, "-d", place, "--until", "x"))
                    .isEqualTo(ExitCode.USAGE.code());
        }
    }
}
