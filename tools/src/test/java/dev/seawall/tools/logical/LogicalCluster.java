package dev.seawall.tools.logical;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.tools.Directories;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.process.WalServer;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGProperty;

/// A cluster in this JVM, served on a port of its own to whoever comes.
final class LogicalCluster implements AutoCloseable {

    private static final Disk DISK = new LinuxDisk();
    private static final World WORLD = new SystemWorld();

    private final Path home;
    private final int port;
    private final Seawall seawall;
    private final WalServer server;

    /// @param conf lines for seawall.conf
    LogicalCluster(String conf) throws IOException {
        // Short, for the socket's path.
        home = Files.createTempDirectory(Path.of("/tmp"), "swl");
        Path cluster = home.resolve("c");
        Seawall.init(DISK, WORLD, cluster, ClusterInit.Options.of(7_000_000_000_000_000_005L));
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(cluster.resolve("pg_hba.conf"), "host all,replication all 127.0.0.1/32 trust\n");
        Files.writeString(cluster.resolve("seawall.conf"),
                "port = " + port + "\nlisten_addresses = '127.0.0.1'\n" + conf);
        seawall = Seawall.open(DISK, WORLD, cluster, SeawallOptions.DEFAULT);
        server = seawall.serve(LiveSettings.load(() -> Settings.load(DISK, cluster, Map.of(), Map.of())));
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + System.getProperty("user.name");
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    /// @param replication `true` or `database`
    Connection connect(String replication) throws SQLException {
        Properties properties = new Properties();
        PGProperty.REPLICATION.set(properties, replication);
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return DriverManager.getConnection(url(), properties);
    }

    static List<String> column(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    String ask(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return column(connection, sql).getFirst();
        }
    }

    /// Waits until a statement has this answer.
    void await(String sql, String answer) throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try (Connection connection = connect()) {
            while (!column(connection, sql).equals(List.of(answer))) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError(sql + " is " + column(connection, sql) + ", not " + answer);
                }
                Thread.onSpinWait();
            }
        }
    }

    /// The command line of pg_recvlogical on this cluster.
    List<String> recvlogical(String... arguments) {
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("pg_recvlogical").toString(),
                "-h", "127.0.0.1", "-p", "" + port, "-U", System.getProperty("user.name"), "-d", "postgres"));
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public void close() throws IOException {
        try (Seawall _ = seawall; WalServer first = server) {
            first.server();
        } finally {
            Directories.remove(home);
        }
    }
}
