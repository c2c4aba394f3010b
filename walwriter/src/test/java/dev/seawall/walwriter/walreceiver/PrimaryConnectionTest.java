package dev.seawall.walwriter.walreceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.Login.Replication;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.witness.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Receiving from a real PostgreSQL 15.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PrimaryConnectionTest {

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.create("--wal-segsize=1").configure("wal_keep_size=0", "max_wal_size=4MB",
                "min_wal_size=2MB").start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static PrimaryConnection connect(String more) throws IOException {
        return PrimaryConnection.connect(ConnectionString.parse("host=" + server.socketDirectory() + more
                + " user=postgres").endpoints(new LinuxDisk(), Replication.PHYSICAL), Duration.ofMinutes(1),
                new SystemWorld());
    }

    private static Lsn begin(PrimaryConnection primary) throws IOException {
        return primary.layout().startOf(primary.layout().segmentOf(primary.identify().flushed()));
    }

    /// Receives up to a position.
    private static byte[] receive(WalStreamClient stream, Lsn end) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (stream.received().isBefore(end)) {
            if (stream.receive() instanceof StreamMessage.Piece(_, _, _, ByteBuffer bytes)) {
                byte[] piece = new byte[bytes.remaining()];
                bytes.get(piece);
                received.write(piece);
            }
        }
        return received.toByteArray();
    }

    @Test
    void it_tells_who_it_is() throws IOException {
        try (PrimaryConnection primary = connect("")) {
            SystemIdentity system = primary.identify();

            assertThat(Long.toUnsignedString(system.systemId()))
                    .isEqualTo(server.sql("select system_identifier from pg_control_system()"));
            assertThat(system.timeline()).isEqualTo(TimelineId.FIRST);
            assertThat(system.flushed().isValid()).isTrue();
            assertThat(primary.layout().segmentBytes()).isEqualTo(1 << 20);
            assertThat(primary.serverMajor()).isEqualTo(15);
            assertThat(primary.show("data_directory_mode")).isEqualTo("0700");
        }
    }

    @Test
    void the_first_host_that_answers_is_taken() throws IOException {
        String text = "host=127.0.0.1," + server.socketDirectory() + " port=1,5432 user=postgres";
        try (PrimaryConnection primary = PrimaryConnection.connect(ConnectionString.parse(text)
                .endpoints(new LinuxDisk(), Replication.PHYSICAL), Duration.ZERO, new SystemWorld())) {
            assertThat(primary.endpoint().address().toString()).contains(server.socketDirectory().toString());
        }
        assertThatThrownBy(() -> PrimaryConnection.connect(ConnectionString.parse("host=127.0.0.1,localhost port=1")
                .endpoints(new LinuxDisk(), Replication.PHYSICAL), Duration.ZERO, new SystemWorld()))
                .isInstanceOf(IOException.class).hasMessageContainingAll("127.0.0.1", "localhost");
    }

    @Test
    void slots_are_made_read_and_dropped() throws IOException {
        try (PrimaryConnection primary = connect("")) {
            primary.createSlot("a", false);
            primary.createSlot("b", true);

            assertThat(primary.readSlot("a")).isEmpty();
            assertThat(primary.readSlot("b")).isPresent();
            assertThatThrownBy(() -> primary.readSlot("c")).hasMessage("replication slot \"c\" does not exist");
            assertThatThrownBy(() -> primary.createSlot("a", false)).isInstanceOfSatisfying(ServerException.class,
                    e -> assertThat(e.sqlState()).isEqualTo("42710"));
            primary.dropSlot("a");
            primary.dropSlot("b");
            assertThat(server.sql("select count(*) from pg_replication_slots")).isEqualTo("0");
        }
    }

    @Test
    void what_is_received_is_what_the_server_has() throws IOException {
        server.sql("create table if not exists t (x text)");
        server.sql("insert into t select repeat('x', 500) from generate_series(1, 2000)");
        try (PrimaryConnection primary = connect("")) {
            PageLayout layout = primary.layout();
            Lsn from = begin(primary);
            WalStreamClient stream = primary.stream(null, from, TimelineId.FIRST);
            server.sql("insert into t select repeat('y', 500) from generate_series(1, 2000)");
            server.sql("select pg_switch_wal()");
            Lsn end = from.plus(layout.segmentBytes());
            byte[] received = receive(stream, end);

            String name = new SegmentName(TimelineId.FIRST, layout.segmentOf(from))
                    .fileName(layout);
            assertThat(Arrays.mismatch(received, 0, layout.segmentBytes(),
                    Files.readAllBytes(server.wal().resolve(name)), 0, layout.segmentBytes())).isEqualTo(-1);
        }
    }

    @Test
    void replies_reach_the_server_and_its_answers_come() throws IOException {
        try (PrimaryConnection primary = connect(" application_name=me")) {
            primary.createSlot("r", true);
            Lsn from = begin(primary);
            WalStreamClient stream = primary.stream("r", from, TimelineId.FIRST);
            server.sql("select pg_logical_emit_message(false, 'p', 'x')");
            receive(stream, from.plus(1));
            Lsn end = stream.received();
            stream.reply(end, end.plus(-8), end.plus(-16), true);
            while (!(stream.receive() instanceof StreamMessage.Keepalive)) {
                // What else is logged meanwhile.
            }
            assertThat(server.sql("select write_lsn, flush_lsn, replay_lsn from pg_stat_replication"
                    + " where application_name = 'me'")).isEqualTo(end + "|" + end.plus(-8) + "|" + end.plus(-16));
            stream.end();
            assertThat(primary.readSlot("r")).contains(
                    new PrimaryConnection.SlotPosition(end.plus(-8), TimelineId.FIRST));
            primary.dropSlot("r");
        }
    }

    @Test
    void log_that_was_removed_is_refused_with_its_state() throws IOException {
        try (PrimaryConnection primary = connect("")) {
            for (int i = 0; i < 8; i++) {
                server.sql("select pg_logical_emit_message(false, 'p', 'x'); select pg_switch_wal(); checkpoint");
            }
            Lsn gone = new Lsn(primary.layout().segmentBytes());
            assertThatThrownBy(() -> primary.stream(null, gone, TimelineId.FIRST).receive())
                    .isInstanceOfSatisfying(ServerException.class, e -> {
                        assertThat(e.sqlState()).isEqualTo("58P01");
                        assertThat(e.problem()).contains("has already been removed");
                    });
        }
    }

    @Test
    void a_close_wakes_who_receives() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        try (PrimaryConnection primary = connect("")) {
            WalStreamClient stream = primary.stream(null, primary.identify().flushed(), TimelineId.FIRST);
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        stream.receive();
                    }
                } catch (IOException | RuntimeException e) {
                    ended.complete(e);
                }
            });
        }
        assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    }
}
