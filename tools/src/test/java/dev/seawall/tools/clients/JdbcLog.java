package dev.seawall.tools.clients;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.server.ServedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// A served log that pgjdbc reaches by TCP, and a look into what was logged since a mark.
final class JdbcLog implements AutoCloseable {

    private final ServedLog served;

    JdbcLog(Path directory) throws IOException {
        served = ServedLog.onLoopback(directory);
    }

    ServedLog served() {
        return served;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + served.port() + "/postgres?user=postgres";
    }

    /// @param parameters of the driver: `name=value&name=value`
    Connection connect(String parameters) throws SQLException {
        return DriverManager.getConnection(url() + "&" + parameters);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    /// From where on [#since] reads.
    Lsn mark() {
        return served.wal().flushLsn();
    }

    LoggedMessages since(Lsn mark) {
        served.wal().flush(served.wal().insertLsn());
        return LoggedMessages.read(served.directory().resolve("pg_wal"), mark, served.wal().flushLsn());
    }

    /// The first value of a statement's result.
    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /// Logs a message within a transaction.
    static void emit(Connection connection, String text) throws SQLException {
        value(connection, "select pg_logical_emit_message(true, 'jdbc', '" + text + "')");
    }

    @Override
    public void close() throws IOException {
        served.close();
    }
}
