package dev.seawall.tools.logical;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/// pgjdbc's replication API, logical; and the consumer that README shows.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PgJdbcLogicalTest {

    /// Tests run in their module's directory.
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    private static LogicalCluster cluster;

    @BeforeAll
    static void serve() throws IOException {
        cluster = new LogicalCluster("");
    }

    @AfterAll
    static void close() throws IOException {
        cluster.close();
    }

    private static void emit(String content) throws SQLException {
        cluster.ask("select pg_logical_emit_message(true, 'orders', '" + content + "')");
    }

    private static void drop(String slot) throws SQLException {
        cluster.await("select active from pg_replication_slots where slot_name = '" + slot + "'", "f");
        cluster.ask("select pg_drop_replication_slot('" + slot + "')");
    }

    /// As README has it.
    private static void consume(String url, Predicate<String> done) throws SQLException {
        // README begin
        Properties login = new Properties();
        login.putAll(Map.of("replication", "database", "assumeMinServerVersion", "10", "preferQueryMode", "simple"));
        try (Connection connection = DriverManager.getConnection(url, login);
                PGReplicationStream stream = connection.unwrap(PGConnection.class).getReplicationAPI()
                        .replicationStream().logical().withSlotName("orders").start()) {
            String line;
            do {
                line = UTF_8.decode(stream.read()).toString();      // {"action":"M", ... "content":"a line of ..."}
                stream.setFlushedLSN(stream.getLastReceiveLSN());   // done with all before: not sent again
            } while (!done.test(line));
        }
        // README end
    }

    @Test
    void the_consumer_of_the_readme_is_this_one_and_works() throws Exception {
        String source = Files.readString(HOME.resolve(
                "tools/src/test/java/dev/seawall/tools/logical/PgJdbcLogicalTest.java"));
        String shown = source.substring(source.indexOf("// README begin\n") + "// README begin\n".length(),
                source.indexOf("        // README end"));
        assertThat(Files.readString(HOME.resolve("README.md")))
                .contains(shown.lines().map(line -> line.substring(8)).collect(Collectors.joining("\n")));

        cluster.ask("select slot_name from pg_create_logical_replication_slot('orders', 'seawall_json')");
        emit("first");
        emit("second");
        List<String> lines = new ArrayList<>();
        consume(cluster.url(), line -> lines.add(line) && lines.size() == 6);
        assertThat(lines.get(1)).contains("\"prefix\":\"orders\",\"content\":\"first\"");
        assertThat(lines.get(4)).contains("\"content\":\"second\"");
        drop("orders");
    }

    @Test
    void confirmed_positions_are_kept_and_what_was_not_confirmed_comes_again() throws Exception {
        try (Connection connection = cluster.connect("database")) {
            PGConnection replication = connection.unwrap(PGConnection.class);
            replication.getReplicationAPI().createReplicationSlot().logical().withSlotName("kept")
                    .withOutputPlugin("test_decoding").make();
            emit("one");
            emit("two");
            LogSequenceNumber commit;
            try (PGReplicationStream stream = start(replication)) {
                assertThat(texts(stream, 3)).containsExactly("BEGIN",
                        "message: transactional: 1 prefix: orders, sz: 3 content:one", "COMMIT");
                commit = stream.getLastReceiveLSN();
                assertThat(texts(stream, 2)).last().asString().endsWith("content:two");
                stream.setFlushedLSN(commit);
                stream.setAppliedLSN(commit);
                stream.forceUpdateStatus();
                cluster.await("select confirmed_flush_lsn from pg_replication_slots where slot_name = 'kept'",
                        commit.asString());
            }
        }
        try (Connection connection = cluster.connect("database");
                PGReplicationStream stream = start(connection.unwrap(PGConnection.class))) {
            assertThat(texts(stream, 3)).containsExactly("BEGIN",
                    "message: transactional: 1 prefix: orders, sz: 3 content:two", "COMMIT");
        }
        drop("kept");
    }

    private static PGReplicationStream start(PGConnection connection) throws SQLException {
        return connection.getReplicationAPI().replicationStream().logical().withSlotName("kept")
                .withSlotOption("include-xids", false).withStatusInterval(1, TimeUnit.SECONDS).start();
    }

    private static List<String> texts(PGReplicationStream stream, int count) throws SQLException {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            ByteBuffer text = stream.read();
            texts.add(UTF_8.decode(text).toString());
        }
        return texts;
    }

    @Test
    void what_is_wrong_is_said_in_postgresqls_words() throws SQLException {
        try (Connection connection = cluster.connect("true")) {
            assertThatThrownBy(() -> connection.unwrap(PGConnection.class).getReplicationAPI().createReplicationSlot()
                    .logical().withSlotName("x").withOutputPlugin("test_decoding").make())
                    .hasMessageContaining("logical decoding requires a database connection");
        }
        try (Connection connection = cluster.connect("database")) {
            PGConnection replication = connection.unwrap(PGConnection.class);
            assertThatThrownBy(() -> replication.getReplicationAPI().createReplicationSlot().logical()
                    .withSlotName("x").withOutputPlugin("wal2json").make())
                    .hasMessageContaining("could not access file \"wal2json\"");
            replication.getReplicationAPI().createReplicationSlot().physical().withSlotName("flat").make();
            assertThatThrownBy(() -> replication.getReplicationAPI().replicationStream().logical()
                    .withSlotName("flat").start())
                    .hasMessageContaining("cannot use physical replication slot for logical decoding");
        }
        drop("flat");
    }

    @Test
    void functions_get_what_streams_get() throws SQLException {
        cluster.ask("select slot_name from pg_create_logical_replication_slot('sql', 'test_decoding')");
        emit("a");
        String end = cluster.ask("select pg_current_wal_flush_lsn()");
        emit("b");
        try (Connection connection = cluster.connect()) {
            assertThat(LogicalCluster.column(connection,
                    "select data from pg_logical_slot_peek_changes('sql', '" + end + "', null, 'include-xids', '0')"))
                    .containsExactly("BEGIN", "message: transactional: 1 prefix: orders, sz: 1 content:a", "COMMIT");
            assertThat(LogicalCluster.column(connection,
                    "select end_lsn from pg_replication_slot_advance('sql', '" + end + "')")).containsExactly(end);
            assertThat(LogicalCluster.column(connection,
                    "select count(*) from pg_logical_slot_get_changes('sql', null, null)")).containsExactly("3");
            assertThat(LogicalCluster.column(connection,
                    "select data from pg_logical_slot_get_changes('sql', null, null)")).isEmpty();
            assertThatThrownBy(() -> LogicalCluster.column(connection,
                    "select pg_logical_slot_get_changes('sql', null, null)"))
                    .hasMessageContaining("cannot accept a set");
            assertThatThrownBy(() -> LogicalCluster.column(connection,
                    "select data from pg_logical_slot_get_changes('sql', null, null, 'x')"))
                    .hasMessageContaining("array must have even number of elements");
        }
        drop("sql");
    }
}
