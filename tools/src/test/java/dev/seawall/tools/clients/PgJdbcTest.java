package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// pgjdbc by TCP: statements, transactions, errors, and what a driver asks of a connection.
final class PgJdbcTest {

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
    void a_plain_statement_is_committed_by_itself() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect()) {
            JdbcLog.emit(connection, "plain");
        }
        assertThat(log.since(mark).committedTexts()).containsExactly("plain");
    }

    @Test
    void what_a_function_returns_has_its_type() throws SQLException {
        try (Connection connection = log.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pg_logical_emit_message(false, 'jdbc', 'x') as lsn, "
                        + "pg_is_in_recovery(), version(), pg_wal_lsn_diff('0/20', '0/10') as diff, null as nothing")) {
            assertThat(rows.next()).isTrue();
            assertThat(Lsn.parse(rows.getString("lsn")).isValid()).isTrue();
            assertThat(rows.getBoolean(2)).isFalse();
            assertThat(rows.getString(3)).contains("Seawall");
            assertThat(rows.getLong("diff")).isEqualTo(16);
            assertThat(rows.getObject("nothing")).isNull();
            assertThat(rows.wasNull()).isTrue();
            assertThat(rows.getMetaData().getColumnLabel(2)).isEqualTo("pg_is_in_recovery");
            assertThat(rows.getMetaData().getColumnTypeName(2)).isEqualTo("bool");
            assertThat(rows.next()).isFalse();
        }
    }

    /// The driver asks the catalog for the names of types that it does not know, and there is none.
    @Test
    void a_type_that_the_driver_does_not_know_is_read_as_text() throws SQLException {
        try (Connection connection = log.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pg_current_wal_lsn(), pg_current_wal_lsn()::text")) {
            assertThat(rows.next()).isTrue();
            assertThat(Lsn.parse(rows.getString(1)).isValid()).isTrue();
            assertThatThrownBy(() -> rows.getObject(1)).isInstanceOf(SQLException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo("0A000");
            assertThat(rows.getObject(2)).isEqualTo(rows.getString(1));
        }
    }

    @Test
    void without_autocommit_a_transaction_lasts_until_it_is_committed() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect()) {
            connection.setAutoCommit(false);
            JdbcLog.emit(connection, "first");
            JdbcLog.emit(connection, "second");
            assertThat(log.since(mark).committedTexts()).isEmpty();
            connection.commit();
            JdbcLog.emit(connection, "third");
            connection.commit();
        }
        LoggedMessages logged = log.since(mark);
        assertThat(logged.committedTexts()).containsExactly("first", "second", "third");
        assertThat(logged.commits()).isEqualTo(2);
    }

    @Test
    void what_was_rolled_back_was_never_committed() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect()) {
            connection.setAutoCommit(false);
            JdbcLog.emit(connection, "regretted");
            connection.rollback();
            JdbcLog.emit(connection, "meant");
            connection.commit();
            JdbcLog.emit(connection, "left open");
        }
        LoggedMessages logged = log.since(mark);
        assertThat(logged.committedTexts()).containsExactly("meant");
        assertThat(logged.commits()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            selec 1                                                  | 42601
            select no_such_function(1)                               | 42883
            select pg_logical_emit_message(true)                     | 42883
            select * from no_such_view                               | 42P01
            select no_such_column from pg_stat_wal                   | 42703
            select current_setting('no_such_setting')                | 42704
            set no_such_setting = 1                                  | 42704
            set synchronous_commit = 'sometimes'                     | 22023
            select pg_walfile_name('nonsense')                       | 22P02
            create table t (a int)                                   | 0A000
            insert into t values (1)                                 | 0A000
            select pg_drop_replication_slot('none')                  | 42704
            """)
    void an_error_has_its_state_and_the_connection_goes_on(String sql, String state) throws SQLException {
        for (String mode : new String[] {"extended", "simple"}) {
            try (Connection connection = log.connect("preferQueryMode=" + mode);
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute(sql)).as(mode).isInstanceOf(SQLException.class)
                        .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo(state);
                assertThat(JdbcLog.value(connection, "select repeat('ok', 1)")).isEqualTo("ok");
            }
        }
    }

    @Test
    void after_an_error_a_transaction_takes_nothing_but_its_end() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect()) {
            connection.setAutoCommit(false);
            JdbcLog.emit(connection, "lost");
            assertThatThrownBy(() -> JdbcLog.value(connection, "select nonsense()"));
            assertThatThrownBy(() -> JdbcLog.emit(connection, "refused")).isInstanceOf(SQLException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo("25P02");
            connection.rollback();
            JdbcLog.emit(connection, "kept");
            connection.commit();

            JdbcLog.emit(connection, "lost too");
            assertThatThrownBy(() -> JdbcLog.value(connection, "select nonsense()"));
            // The server answers ROLLBACK, which this driver does not mind.
            connection.commit();
            assertThat(JdbcLog.value(connection, "select repeat('ok', 1)")).isEqualTo("ok");
        }
        assertThat(log.since(mark).committedTexts()).containsExactly("kept");
    }

    @Test
    void rows_come_in_as_many_pieces_as_the_client_likes() throws SQLException {
        try (Connection connection = log.connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(7);
                int count = 0;
                try (ResultSet rows = statement.executeQuery("select name, setting from pg_settings")) {
                    while (rows.next()) {
                        assertThat(rows.getString("name")).isNotEmpty();
                        count++;
                    }
                }
                assertThat(count).isGreaterThan(50);
                statement.setFetchSize(0);
                statement.setMaxRows(3);
                count = 0;
                try (ResultSet rows = statement.executeQuery("select * from pg_settings")) {
                    while (rows.next()) {
                        count++;
                    }
                }
                assertThat(count).isEqualTo(3);
            }
            connection.commit();
        }
    }

    @Test
    void a_driver_may_ask_what_it_asks_of_every_connection() throws Exception {
        try (Connection connection = log.connect("ApplicationName=ledger")) {
            assertThat(connection.isValid(2)).isTrue();
            assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("PostgreSQL");
            assertThat(connection.getMetaData().getDatabaseProductVersion()).startsWith("15.").contains("Seawall");
            assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(15);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            connection.setNetworkTimeout(Runnable::run, 5_000);
            assertThat(connection.getNetworkTimeout()).isEqualTo(5_000);
            assertThat(JdbcLog.value(connection, "select application_name from pg_stat_activity where pid = "
                    + "pg_backend_pid()")).isEqualTo("ledger");
            connection.setClientInfo("ApplicationName", "renamed");
            assertThat(JdbcLog.value(connection, "show application_name")).isEqualTo("renamed");
            assertThat((Object) connection.getWarnings()).isNull();
            connection.abort(Runnable::run);
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void a_read_only_connection_logs_nothing_in_a_transaction() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> JdbcLog.emit(connection, "x")).isInstanceOf(SQLException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo("25006");
            connection.rollback();
            connection.setReadOnly(false);
            JdbcLog.emit(connection, "written");
            connection.commit();
        }
        assertThat(log.since(mark).committedTexts()).containsExactly("written");
    }

    @Test
    void a_statement_that_waits_is_cancelled() throws Exception {
        try (Connection connection = log.connect(); Statement statement = connection.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<String> state = CompletableFuture.supplyAsync(() -> {
                try {
                    statement.execute("select pg_sleep(30)");
                    return "slept";
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            }, threads);
            try (Connection watcher = log.connect()) {
                while (!JdbcLog.value(watcher, "select count(*) from pg_stat_activity where state = 'active' and query "
                        + "= 'select pg_sleep(30)'").equals("1")) {
                    Thread.onSpinWait();
                }
            }
            statement.cancel();
            assertThat(state.get()).isEqualTo("57014");
            assertThat(JdbcLog.value(connection, "select repeat('ok', 1)")).isEqualTo("ok");
        }
    }

    @Test
    void a_statement_that_takes_too_long_is_cancelled_by_either_side() throws SQLException {
        try (Connection connection = log.connect(); Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("select pg_sleep(30)")).isInstanceOf(SQLException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo("57014");
            statement.setQueryTimeout(0);
            statement.execute("set statement_timeout = 50");
            assertThatThrownBy(() -> statement.execute("select pg_sleep(30)")).isInstanceOf(SQLException.class)
                    .isNotInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("statement timeout")
                    .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo("57014");
            statement.execute("reset statement_timeout");
            assertThat(JdbcLog.value(connection, "select repeat('ok', 1)")).isEqualTo("ok");
        }
    }

    @Test
    void how_durable_a_commit_is_can_be_said_for_a_session_and_for_a_transaction() throws SQLException {
        Lsn mark = log.mark();
        try (Connection connection = log.connect("options=-c%20synchronous_commit=local");
                Statement statement = connection.createStatement()) {
            assertThat(JdbcLog.value(connection, "show synchronous_commit")).isEqualTo("local");
            connection.setAutoCommit(false);
            statement.execute("set local synchronous_commit = off");
            assertThat(JdbcLog.value(connection, "show synchronous_commit")).isEqualTo("off");
            JdbcLog.emit(connection, "soon");
            connection.commit();
            assertThat(JdbcLog.value(connection, "show synchronous_commit")).isEqualTo("local");
            statement.execute("set synchronous_commit = on");
            connection.rollback();
            assertThat(JdbcLog.value(connection, "show synchronous_commit")).isEqualTo("local");
            statement.execute("set synchronous_commit = off");
            JdbcLog.emit(connection, "later");
            connection.commit();
            assertThat(JdbcLog.value(connection, "select current_setting('synchronous_commit')")).isEqualTo("off");
        }
        assertThat(log.since(mark).committedTexts()).containsExactly("soon", "later");
    }

    @Test
    void a_session_is_ended_by_another() throws SQLException {
        try (Connection victim = log.connect(); Connection other = log.connect()) {
            String pid = JdbcLog.value(victim, "select pg_backend_pid()");
            assertThat(JdbcLog.value(other, "select pg_terminate_backend(" + pid + ")")).isEqualTo("t");
            assertThatThrownBy(() -> JdbcLog.value(victim, "select 1")).isInstanceOf(SQLException.class)
                    .asInstanceOf(type(SQLException.class)).extracting(SQLException::getSQLState)
                    .isIn("57P01", "08006");
            assertThat(victim.isValid(1)).isFalse();
        }
    }
}
