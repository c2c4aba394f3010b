package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HikariCP, as applications pool pgjdbc's connections.
final class ConnectionPoolTest {

    private static final int THREADS = 8;
    private static final int TRANSACTIONS = 1_000;

    private static JdbcLog log;

    @BeforeAll
    static void serve(@TempDir Path directory) throws IOException {
        log = new JdbcLog(directory.resolve("c"));
    }

    @AfterAll
    static void stop() throws IOException {
        log.close();
    }

    private static HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(log.url());
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(10_000);
        return new HikariDataSource(config);
    }

    @Test
    void eight_threads_commit_a_thousand_transactions_each() throws Exception {
        Lsn mark = log.mark();
        try (HikariDataSource pool = pool(THREADS / 2);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                Callable<Integer> commits = () -> commit(pool, thread);
                running.add(threads.submit(commits));
            }
            for (Future<Integer> future : running) {
                assertThat(future.get()).isEqualTo(TRANSACTIONS);
            }
        }
        LoggedMessages logged = log.since(mark);
        assertThat(logged.commits()).isEqualTo(THREADS * TRANSACTIONS);
        assertThat(logged.committedTexts()).doesNotHaveDuplicates().hasSize(THREADS * TRANSACTIONS);
    }

    private static int commit(HikariDataSource pool, int thread) throws SQLException {
        int committed = 0;
        for (int i = 0; i < TRANSACTIONS; i++) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement statement = connection.prepareStatement(
                        "select pg_logical_emit_message(true, 'pool', ?)")) {
                    statement.setString(1, thread + "/" + i);
                    statement.executeQuery().close();
                }
                connection.commit();
                committed++;
            }
        }
        return committed;
    }

    @Test
    void a_connection_comes_back_to_the_pool_as_it_was_taken() throws Exception {
        Lsn mark = log.mark();
        try (HikariDataSource pool = pool(1)) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            }
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                JdbcLog.emit(connection, "forgotten");
            }
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.isReadOnly()).isFalse();
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
                JdbcLog.emit(connection, "written");
            }
        }
        assertThat(log.since(mark).committedTexts()).containsExactly("written");
    }

    @Test
    void a_dead_connection_is_replaced_by_the_pool() throws Exception {
        try (HikariDataSource pool = pool(1); Connection other = log.connect()) {
            String pid;
            try (Connection connection = pool.getConnection()) {
                pid = JdbcLog.value(connection, "select pg_backend_pid()");
            }
            JdbcLog.value(other, "select pg_terminate_backend(" + pid + ")");
            // HikariCP trusts a connection for half a second after its last use.
            Thread.sleep(600);
            try (Connection connection = pool.getConnection()) {
                assertThat(JdbcLog.value(connection, "select pg_backend_pid()")).isNotEqualTo(pid);
            }
        }
    }
}
