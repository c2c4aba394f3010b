package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// pgjdbc's prepared statements: parameters of every type, binary and text, named and unnamed, in batches.
final class PgJdbcPreparedTest {

    private static final String EMIT = "select pg_logical_emit_message(true, ?, ?)";

    private static JdbcLog log;

    @BeforeAll
    static void serve(@TempDir Path directory) throws IOException {
        log = new JdbcLog(directory.resolve("c"));
    }

    @AfterAll
    static void stop() throws IOException {
        log.close();
    }

    @Test
    void a_statement_is_executed_often_unnamed_at_first_and_then_by_name() throws SQLException {
        Lsn mark = log.mark();
        List<String> texts = new ArrayList<>();
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(EMIT)) {
            for (int i = 1; i <= 10; i++) {
                texts.add("execution " + i);
                statement.setString(1, "jdbc");
                statement.setString(2, texts.getLast());
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                }
            }
        }
        LoggedMessages logged = log.since(mark);
        assertThat(logged.committedTexts()).isEqualTo(texts);
        assertThat(logged.commits()).isEqualTo(10);
    }

    @Test
    void bytes_arrive_as_they_were() throws SQLException {
        Lsn mark = log.mark();
        byte[] bytes = new byte[10_000];
        new Random(5).nextBytes(bytes);
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(EMIT)) {
            for (int i = 0; i < 7; i++) {
                statement.setString(1, "bytes");
                statement.setBytes(2, Arrays.copyOf(bytes, i * 1_500));
                statement.executeQuery().close();
            }
        }
        List<LoggedMessages.Message> messages = log.since(mark).committed();
        assertThat(messages).hasSize(7);
        for (int i = 0; i < 7; i++) {
            assertThat(messages.get(i).content()).isEqualTo(Arrays.copyOf(bytes, i * 1_500));
        }
    }

    @Test
    void letters_of_every_alphabet_arrive_as_they_were() throws SQLException {
        Lsn mark = log.mark();
        String text = "Gr\u00fc\u00dfe, \u4f60\u597d, \u041f\u0440\u0438\u0432\u0435\u0442, \ud83c\udf0a "
                + "'quoted' \\ \"double\"";
        for (String mode : List.of("extended", "extendedForPrepared", "simple", "extendedCacheEverything")) {
            try (Connection connection = log.connect("preferQueryMode=" + mode);
                    PreparedStatement statement = connection.prepareStatement(EMIT)) {
                statement.setString(1, mode);
                statement.setString(2, text);
                statement.executeQuery().close();
            }
        }
        assertThat(log.since(mark).committedTexts()).containsExactly(text, text, text, text);
    }

    @Test
    void parameters_of_each_type_come_back_as_they_went() throws SQLException {
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(
                "select ?::bigint, ?::boolean, ?::text, ?::bytea, ?::integer, ?::pg_lsn, ?::text as nothing")) {
            for (int i = 0; i < 8; i++) {
                statement.setLong(1, Long.MIN_VALUE + i);
                statement.setBoolean(2, i % 2 == 0);
                statement.setString(3, "text " + i);
                statement.setBytes(4, new byte[] {0, (byte) i, -1});
                statement.setInt(5, -i);
                statement.setObject(6, "16/B374D84" + i, Types.OTHER);
                statement.setNull(7, Types.VARCHAR);
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getLong(1)).isEqualTo(Long.MIN_VALUE + i);
                    assertThat(rows.getBoolean(2)).isEqualTo(i % 2 == 0);
                    assertThat(rows.getString(3)).isEqualTo("text " + i);
                    assertThat(rows.getBytes(4)).containsExactly(0, i, -1);
                    assertThat(rows.getInt(5)).isEqualTo(-i);
                    assertThat(rows.getString(6)).isEqualTo("16/B374D84" + i);
                    assertThat(rows.getString("nothing")).isNull();
                }
            }
        }
    }

    @Test
    void the_flag_of_a_message_can_be_a_parameter_too() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(
                "select pg_logical_emit_message(?, ?, repeat(?, ?))")) {
            statement.setBoolean(1, false);
            statement.setString(2, "apart");
            statement.setString(3, "ab");
            statement.setInt(4, 3);
            statement.executeQuery().close();
        }
        assertThat(log.since(mark).outside("apart")).containsExactly("ababab");
    }

    @Test
    void a_null_makes_a_null() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(EMIT)) {
            statement.setString(1, "jdbc");
            statement.setNull(2, Types.VARCHAR);
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isNull();
            }
        }
        assertThat(log.since(mark).committed()).isEmpty();
    }

    @Test
    void a_driver_learns_the_types_of_parameters_and_columns() throws SQLException {
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(
                "select pg_logical_emit_message(?, ?, ?::bytea)::text as lsn")) {
            assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(3);
            assertThat(statement.getParameterMetaData().getParameterTypeName(1)).isEqualTo("bool");
            assertThat(statement.getParameterMetaData().getParameterTypeName(2)).isEqualTo("text");
            assertThat(statement.getParameterMetaData().getParameterTypeName(3)).isEqualTo("bytea");
            assertThat(statement.getMetaData().getColumnCount()).isEqualTo(1);
            assertThat(statement.getMetaData().getColumnLabel(1)).isEqualTo("lsn");
            assertThat(statement.getMetaData().getColumnTypeName(1)).isEqualTo("text");
        }
    }

    /// pgjdbc takes results in batches of statements that have rows only if they are not asked for.
    @Test
    void a_batch_of_statements_goes_in_one_go() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect(); Statement statement = connection.createStatement()) {
            statement.addBatch("begin");
            statement.addBatch("set local synchronous_commit = off");
            statement.addBatch("commit");
            assertThat(statement.executeBatch()).hasSize(3);
        }
        assertThat(log.since(mark).commits()).isZero();
    }

    @Test
    void a_thousand_messages_in_a_batch_are_one_transaction() throws SQLException {
        Lsn mark = log.mark();
        List<String> texts = new ArrayList<>();
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(EMIT)) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 1_000; i++) {
                texts.add("message " + i);
                statement.setString(1, "batch");
                statement.setBytes(2, texts.getLast().getBytes(StandardCharsets.UTF_8));
                statement.addBatch();
            }
            executeBatchWithRows(statement);
            connection.commit();
        }
        LoggedMessages logged = log.since(mark);
        assertThat(logged.committedTexts()).isEqualTo(texts);
        assertThat(logged.commits()).isEqualTo(1);
    }

    /// The driver pipelines the whole batch, and then refuses what it was answered: rows.
    private static void executeBatchWithRows(PreparedStatement statement) throws SQLException {
        try {
            statement.executeBatch();
        } catch (BatchUpdateException e) {
            throw new AssertionError(String.valueOf(e.getNextException()), e);
        }
    }

    @Test
    void an_error_in_a_batch_leaves_nothing_of_its_transaction() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect(); PreparedStatement statement = connection.prepareStatement(
                "select pg_logical_emit_message(true, 'batch', pg_walfile_name(?::pg_lsn))")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 100; i++) {
                statement.setString(1, i == 60 ? "nonsense" : "0/1000028");
                statement.addBatch();
            }
            assertThatThrownBy(statement::executeBatch).isInstanceOf(BatchUpdateException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo("22P02");
            connection.rollback();
            assertThat(JdbcLog.value(connection, "select repeat('ok', 1)")).isEqualTo("ok");
        }
        assertThat(log.since(mark).committed()).isEmpty();
    }

    @Test
    void statements_in_one_text_are_answered_one_by_one() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect(); Statement statement = connection.createStatement()) {
            boolean isRows = statement.execute("begin; select pg_logical_emit_message(true, 'jdbc', 'one'); "
                    + "select pg_logical_emit_message(true, 'jdbc', 'two'); commit; show block_size");
            List<String> answers = new ArrayList<>();
            while (isRows || statement.getUpdateCount() >= 0) {
                answers.add(isRows ? "rows" : "count");
                isRows = statement.getMoreResults();
            }
            assertThat(answers).containsExactly("count", "rows", "rows", "count", "rows");
        }
        LoggedMessages logged = log.since(mark);
        assertThat(logged.committedTexts()).containsExactly("one", "two");
        assertThat(logged.commits()).isEqualTo(1);
    }
}
