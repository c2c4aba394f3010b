package dev.seawall.tools.logical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PostgreSQL 15's pg_recvlogical: makes a slot, streams from it, is killed and comes back, drops it.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PgRecvlogicalTest {

    private static final Pattern MESSAGE = Pattern.compile(
            ".*\"action\":\"M\".*\"lsn\":\"([0-9A-F/]+)\".*\"content\":\"(\\w+)\".*");

    private static LogicalCluster cluster;

    @TempDir
    Path directory;

    @BeforeAll
    static void serve() throws IOException {
        // Little memory, so that transactions go through files.
        cluster = new LogicalCluster("logical_decoding_work_mem = 64kB\n");
    }

    @AfterAll
    static void close() throws IOException {
        cluster.close();
    }

    private static PostgresPrograms.Output run(String... arguments) {
        return PostgresPrograms.execute(cluster.recvlogical(arguments), Map.of());
    }

    private static void emit(Connection connection, String prefix, String content) throws SQLException {
        LogicalCluster.column(connection, "select pg_logical_emit_message(true, '" + prefix + "', '" + content + "')");
    }

    private static String end() throws SQLException {
        return cluster.ask("select pg_current_wal_flush_lsn()");
    }

    @Test
    void a_slot_is_made_streamed_from_and_dropped() throws SQLException {
        run("--slot", "life", "--create-slot", "-P", "test_decoding").orFail();
        run("--slot", "life", "--create-slot", "--if-not-exists", "-P", "test_decoding").orFail();
        try (Connection connection = cluster.connect()) {
            emit(connection, "a", "one");
            connection.setAutoCommit(false);
            emit(connection, "a", "aborted");
            connection.rollback();
            emit(connection, "b", "two");
            LogicalCluster.column(connection, "select pg_logical_emit_message(false, 'c', 'outside')");
            emit(connection, "b", "three");
            connection.commit();
        }
        String begin = "BEGIN\nmessage: transactional: 1 prefix: ";
        assertThat(run("--slot", "life", "--start", "-f", "-", "-E", end(), "-o", "include-xids=off").orFail())
                .isEqualTo(begin + "a, sz: 3 content:one\nCOMMIT\n"
                        + "message: transactional: 0 prefix: c, sz: 7 content:outside\n"
                        + begin + "b, sz: 3 content:two\nmessage: transactional: 1 prefix: b, sz: 5 content:three\n"
                        + "COMMIT\n");
        // All of it was confirmed, and what was confirmed is kept.
        assertThat(run("--slot", "life", "--start", "-f", "-", "-E", end()).orFail()).isEmpty();
        assertThat(cluster.ask("select plugin from pg_replication_slots where slot_name = 'life' and slot_type ="
                + " 'logical' and active = false and confirmed_flush_lsn = restart_lsn")).isEqualTo("test_decoding");
        assertThat(run("--slot", "life", "--start", "-f", "-", "-E", end(), "-n", "-o", "no-such=option").err())
                .contains("option \"no-such\" = \"option\" is unknown");
        run("--slot", "life", "--drop-slot").orFail();
        assertThat(run("--slot", "life", "--start", "-f", "-", "-E", end(), "-n").err())
                .contains("replication slot \"life\" does not exist");
    }

    @Test
    void a_large_transaction_comes_through_files() throws SQLException {
        run("--slot", "large", "--create-slot", "-P", "seawall_json").orFail();
        int messages = 40;
        try (Connection connection = cluster.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < messages; i++) {
                LogicalCluster.column(connection,
                        "select pg_logical_emit_message(true, 'large', repeat('0123456789', 50000))");
            }
            connection.commit();
        }
        String text = run("--slot", "large", "--start", "-f", "-", "-E", end()).orFail();
        assertThat(text.lines().filter(line -> line.contains("\"content\":\"" + "0123456789".repeat(50_000) + "\"")))
                .hasSize(messages);
        run("--slot", "large", "--drop-slot").orFail();
    }

    /// Its file's name is the run's.
    private Process start(int run) throws IOException {
        List<String> command = cluster.recvlogical("--slot", "killed", "--start", "-f", file(run).toString(), "-F", "1",
                "-s", "1", "-n");
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile()).start();
    }

    private Path file(int run) {
        return directory.resolve("received." + run);
    }

    @Test
    void killed_and_back_it_has_every_message_once_at_least_in_order() throws Exception {
        run("--slot", "killed", "--create-slot", "-P", "seawall_json").orFail();
        List<String> sent = new ArrayList<>();
        int run = 0;
        for (int kill = 0; kill < 3; kill++) {
            Process receiver = start(run);
            sent.addAll(commits(run));
            Path file = file(run++);
            String last = sent.getLast();
            awaitLine(file, last);
            sent.addAll(commits(100 + run));
            receiver.destroyForcibly().waitFor();
            cluster.await("select active from pg_replication_slots where slot_name = 'killed'", "f");
        }
        PostgresPrograms.Output rest = PostgresPrograms.execute(cluster.recvlogical("--slot", "killed", "--start", "-f",
                file(run).toString(), "-E", end()), Map.of());
        rest.orFail();
        // Repeats are told by position.
        Map<String, String> byPosition = new LinkedHashMap<>();
        for (int i = 0; i <= run; i++) {
            for (String line : Files.exists(file(i)) ? Files.readAllLines(file(i)) : List.<String>of()) {
                Matcher message = MESSAGE.matcher(line);
                if (message.matches()) {
                    byPosition.putIfAbsent(message.group(1), message.group(2));
                }
            }
        }
        assertThat(byPosition.values()).containsExactlyElementsOf(sent);
        run("--slot", "killed", "--drop-slot").orFail();
    }

    private static List<String> commits(int of) throws SQLException {
        List<String> sent = new ArrayList<>();
        try (Connection connection = cluster.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 50; i++) {
                String content = "m" + of + "x" + i;
                emit(connection, "k", content);
                if (i % 5 == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    sent.add(content);
                }
            }
        }
        return sent;
    }

    private static void awaitLine(Path file, String content) throws IOException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!Files.exists(file) || !Files.readString(file).contains("\"" + content + "\"")) {
            assertThat(System.nanoTime() - end).as("waiting for %s", content).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void a_consumer_that_does_not_read_waits_for_itself_alone() throws Exception {
        run("--slot", "lazy", "--create-slot", "-P", "test_decoding").orFail();
        try (Connection connection = cluster.connect(); Statement statement = connection.createStatement()) {
            Process lazy = new ProcessBuilder(cluster.recvlogical("--slot", "lazy", "--start", "-f", "-")).start();
            cluster.await("select active from pg_replication_slots where slot_name = 'lazy'", "t");
            // More than sockets and pipes hold, and nobody reads the pipe.
            for (int i = 0; i < 20; i++) {
                statement.execute("select pg_logical_emit_message(true, 'x', repeat('x', 1000000))");
            }
            assertThat(cluster.ask("select count(*) from pg_stat_replication where application_name ="
                    + " 'pg_recvlogical'")).isEqualTo("1");
            lazy.destroyForcibly().waitFor();
            cluster.await("select active from pg_replication_slots where slot_name = 'lazy'", "f");
            statement.execute("select pg_drop_replication_slot('lazy')");
        }
    }
}
