package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.tools.Directories;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.process.WalServer;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/// pgjdbc's replication API, physical: the bytes of the log, positions kept by a slot.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PgJdbcPhysicalTest {

    private static final Disk DISK = new LinuxDisk();
    private static final World WORLD = new SystemWorld();
    private static final String USER = System.getProperty("user.name");

    private static Path home;
    private static Path cluster;
    private static int port;
    private static Seawall seawall;
    private static WalServer server;

    @BeforeAll
    static void serve() throws IOException {
        // Short, for the socket's path.
        home = Files.createTempDirectory(Path.of("/tmp"), "swj");
        cluster = home.resolve("c");
        Seawall.init(DISK, WORLD, cluster, ClusterInit.Options.of(7_000_000_000_000_000_004L));
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(cluster.resolve("pg_hba.conf"), "host all,replication all 127.0.0.1/32 trust\n");
        Files.writeString(cluster.resolve("seawall.conf"),
                "port = " + port + "\nlisten_addresses = '127.0.0.1'\n");
        seawall = Seawall.open(DISK, WORLD, cluster, SeawallOptions.DEFAULT);
        server = seawall.serve(LiveSettings.load(() -> Settings.load(DISK, cluster, Map.of(), Map.of())));
    }

    @AfterAll
    static void close() throws IOException {
        try (Seawall last = seawall; WalServer first = server) {
            assertThat(last).isNotSameAs(first);
        } finally {
            Directories.remove(home);
        }
    }

    private static Connection connect(String replication) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, USER);
        if (!replication.isEmpty()) {
            PGProperty.REPLICATION.set(properties, replication);
            // Only to a server that is known to be new enough does the driver say that it replicates.
            PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
            PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    }

    private static Lsn append(int bytes) {
        Lsn end = seawall.wal().message("app", ByteBuffer.allocate(bytes));
        seawall.wal().flush(end);
        return end;
    }

    private static byte[] logged(Lsn from, Lsn to) throws IOException {
        byte[] segment = Files.readAllBytes(cluster.resolve("pg_wal/000000010000000000000001"));
        int begin = seawall.wal().layout().offsetInSegment(from);
        return Arrays.copyOfRange(segment, begin, begin + (int) to.minus(from));
    }

    private static byte[] read(PGReplicationStream stream, Lsn from, Lsn to) throws SQLException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (from.plus(all.size()).isBefore(to)) {
            ByteBuffer piece = stream.read();
            all.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
        }
        return all.toByteArray();
    }

    @Test
    void the_log_is_streamed_byte_for_byte_while_it_grows() throws Exception {
        Lsn from = seawall.wal().flushLsn();
        Lsn end = append(200_000);
        try (Connection connection = connect("true");
                PGReplicationStream stream = connection.unwrap(PGConnection.class).getReplicationAPI()
                        .replicationStream().physical()
                        .withStartPosition(LogSequenceNumber.valueOf(from.toString())).start()) {
            assertThat(read(stream, from, end)).startsWith(logged(from, end));
            Lsn more = append(50_000);
            assertThat(read(stream, end, more)).isNotEmpty();
            assertThat(Lsn.parse(stream.getLastReceiveLSN().asString())).isGreaterThanOrEqualTo(end);
        }
    }

    @Test
    void a_slot_keeps_what_the_client_has_flushed() throws Exception {
        try (Connection connection = connect("true")) {
            PGConnection replication = connection.unwrap(PGConnection.class);
            replication.getReplicationAPI().createReplicationSlot().physical().withSlotName("jdbc").make();
            Lsn from = seawall.wal().flushLsn();
            Lsn end = append(100_000);
            try (PGReplicationStream stream = replication.getReplicationAPI().replicationStream().physical()
                    .withSlotName("jdbc").withStartPosition(LogSequenceNumber.valueOf(from.toString()))
                    .withStatusInterval(1, TimeUnit.SECONDS).start()) {
                read(stream, from, end);
                stream.setFlushedLSN(LogSequenceNumber.valueOf(end.toString()));
                stream.setAppliedLSN(LogSequenceNumber.valueOf(end.toString()));
                stream.forceUpdateStatus();
                await("select count(*) from pg_stat_replication where flush_lsn = '" + end + "'");
                await("select count(*) from pg_replication_slots where slot_name = 'jdbc' and active "
                        + "and restart_lsn = '" + end + "'");
            }
            await("select count(*) from pg_replication_slots where slot_name = 'jdbc' and active = false");
            replication.getReplicationAPI().dropReplicationSlot("jdbc");
        }
    }

    @Test
    void a_stream_that_cannot_begin_says_why() throws SQLException {
        try (Connection connection = connect("true")) {
            PGConnection replication = connection.unwrap(PGConnection.class);
            assertThatThrownBy(() -> replication.getReplicationAPI().replicationStream().physical()
                    .withSlotName("nobodys").withStartPosition(LogSequenceNumber.valueOf("0/1000000")).start())
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42704"));
            assertThatThrownBy(() -> replication.getReplicationAPI().replicationStream().physical()
                    .withStartPosition(LogSequenceNumber.valueOf("7/0")).start())
                    .isInstanceOf(SQLException.class).hasMessageContaining("is ahead of the WAL flush position");
        }
    }

    /// Waits until a count is one.
    private static void await(String sql) throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet rows = statement.executeQuery(sql)) {
                    rows.next();
                    if (rows.getInt(1) == 1) {
                        return;
                    }
                }
                assertThat(System.nanoTime() - end).as(sql).isNegative();
                Thread.onSpinWait();
            }
        }
    }
}
