package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.client.Result;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.cluster.Senders.Sender;
import dev.seawall.walwriter.slots.ReplicationSlots;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Replication commands and streams, by a client that reads every message.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReplicationTest {

    private StreamedLog log;

    @BeforeEach
    void open() throws IOException {
        log = StreamedLog.create();
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private Received start(WireClient client, Lsn from) throws IOException {
        return new Received(client, "START_REPLICATION " + from + " TIMELINE 1", from);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(5);
        }
    }

    private Lsn begin() {
        return new Lsn(log.wal().layout().segmentBytes());
    }

    private Sender onlySender() {
        assertThat(log.replication().list()).hasSize(1);
        return log.replication().list().getFirst();
    }

    private static void assertRefused(WireClient client, String command, String state, String words) {
        assertThatThrownBy(() -> client.query(command)).isInstanceOfSatisfying(ServerException.class, e -> {
            assertThat(e.sqlState()).as(e.getMessage()).isEqualTo(state);
            assertThat(e.getMessage()).contains(words);
        });
    }

    // --- answers

    @Test
    void identify_system_tells_id_timeline_and_position() throws IOException {
        try (WireClient client = log.connect()) {
            Result result = client.query("IDENTIFY_SYSTEM");

            assertThat(result.columns()).containsExactly("systemid", "timeline", "xlogpos", "dbname");
            List<String> row = result.rows().getFirst();
            assertThat(row).startsWith(Long.toUnsignedString(log.wal().systemId()), "1").endsWith((String) null);
            assertThat(Lsn.parse(row.get(2)).isAfter(log.wal().flushLsn())).isFalse();
            assertThat(result.tag()).isEqualTo("IDENTIFY_SYSTEM");
            assertThat(client.query("SHOW data_directory_mode").value()).isEqualTo("0700");
            assertThat(client.query("SHOW wal_segment_size").value()).isEqualTo("1MB");
        }
    }

    @Test
    void slots_are_made_read_and_dropped_in_both_spellings() throws IOException {
        try (WireClient client = log.connect()) {
            assertThat(client.query("CREATE_REPLICATION_SLOT \"a\" PHYSICAL").rows().getFirst())
                    .containsExactly("a", "0/0", null, null);
            client.query("CREATE_REPLICATION_SLOT b PHYSICAL RESERVE_WAL");
            client.query("CREATE_REPLICATION_SLOT \"c\" TEMPORARY PHYSICAL ( RESERVE_WAL)");
            assertThat(client.query("READ_REPLICATION_SLOT a").rows().getFirst())
                    .containsExactly("physical", null, null);
            assertThat(client.query("READ_REPLICATION_SLOT b").rows().getFirst())
                    .containsExactly("physical", log.wal().redoPoint().toString(), "1");
            assertThat(client.query("READ_REPLICATION_SLOT nobody").rows().getFirst()).containsOnlyNulls().hasSize(3);
            assertThat(client.query("DROP_REPLICATION_SLOT \"a\"").tag()).isEqualTo("DROP_REPLICATION_SLOT");
            client.query("DROP_REPLICATION_SLOT c WAIT");
            assertThat(log.slots().list()).extracting("name").containsExactly("b", ReplicationSlots.CHECKPOINTER);
        }
    }

    @Test
    void a_temporary_slot_ends_with_its_session() throws Exception {
        try (WireClient client = log.connect(); WireClient other = log.connect()) {
            client.query("CREATE_REPLICATION_SLOT t TEMPORARY PHYSICAL");
            assertRefused(other, "DROP_REPLICATION_SLOT t", "55006", "is active for PID " + client.pid());
        }
        await(() -> log.slots().find("t").isEmpty());
    }

    @Test
    void what_is_wrong_is_said_in_postgresqls_words() throws IOException {
        try (WireClient client = log.connect()) {
            client.query("CREATE_REPLICATION_SLOT a PHYSICAL");
            assertRefused(client, "CREATE_REPLICATION_SLOT a PHYSICAL", "42710",
                    "replication slot \"a\" already exists");
            assertRefused(client, "DROP_REPLICATION_SLOT b", "42704", "replication slot \"b\" does not exist");
            assertRefused(client, "CREATE_REPLICATION_SLOT \"A b\" PHYSICAL", "42602", "contains invalid character");
            assertRefused(client, "CREATE_REPLICATION_SLOT seawall_x PHYSICAL", "42602", "is reserved");
            assertRefused(client, "CREATE_REPLICATION_SLOT " + "x".repeat(64) + " PHYSICAL", "42622", "is too long");
            assertRefused(client, "DROP_REPLICATION_SLOT seawall_checkpointer", "42501", "cannot drop");
            assertRefused(client, "CREATE_REPLICATION_SLOT l LOGICAL test_decoding", "55000",
                    "logical decoding requires a database connection");
            assertRefused(client, "START_REPLICATION SLOT a LOGICAL 0/0", "55000",
                    "logical decoding requires a database connection");
            assertRefused(client, "START_REPLICATION 7/77 TIMELINE 1", "22023",
                    "requested starting point 7/77 is ahead of the WAL flush position of this server");
            assertRefused(client, "START_REPLICATION " + begin() + " TIMELINE 9", "22023",
                    "requested timeline 9 is not in this server's history");
            assertRefused(client, "START_REPLICATION SLOT nobody " + begin(), "42704", "does not exist");
            assertRefused(client, "START_REPLICATION here", "42601", "syntax error at or near \"here\"");
            assertRefused(client, "IDENTIFY_SYSTEM twice", "42601", "syntax error");
            assertRefused(client, "TIMELINE_HISTORY 2", "58P01", "00000002.history");
            assertRefused(client, "TIMELINE_HISTORY 0", "42601", "invalid timeline 0");
            assertThat(client.query("IDENTIFY_SYSTEM").rows()).hasSize(1);
        }
    }

    @Test
    void there_are_so_many_slots_and_senders_and_no_more() throws IOException {
        List<WireClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                WireClient client = log.connect();
                clients.add(client);
                client.query("CREATE_REPLICATION_SLOT s" + i + " PHYSICAL");
                start(client, begin());
            }
            WireClient more = log.connect();
            clients.add(more);
            assertRefused(more, "CREATE_REPLICATION_SLOT s PHYSICAL", "53400", "all replication slots are in use");
            assertRefused(more, "START_REPLICATION " + begin(), "53300", "max_wal_senders (currently 10)");
            new Received(more, "START_REPLICATION SLOT seawall_checkpointer " + begin(), begin())
                    .upTo(log.wal().flushLsn());
        } finally {
            for (WireClient client : clients) {
                client.close();
            }
        }
    }

    // --- streams

    @Test
    void what_is_streamed_is_what_the_files_have() throws IOException {
        for (int i = 0; i < 40; i++) {
            log.append(1 + i * 13_001);
        }
        log.wal().switchSegment();
        log.append(300_000);
        Lsn end = log.wal().flushLsn();
        try (WireClient client = log.connect()) {
            Received received = start(client, begin()).upTo(end);

            assertThat(received.bytes()).isEqualTo(log.bytes(begin(), received.at()));
            assertThat(received.sizes()).contains(128 << 10);
        }
    }

    @Test
    void a_stream_may_begin_at_any_record() throws IOException {
        log.append(100_000);
        Lsn from = log.append(50);
        log.append(200_000);
        try (WireClient client = log.connect()) {
            Received received = start(client, from).upTo(log.wal().flushLsn());

            assertThat(received.bytes()).isEqualTo(log.bytes(from, received.at()));
        }
    }

    @Test
    void a_stream_follows_commits_as_they_come() throws Exception {
        try (WireClient client = log.connect(); AutoCloseable _ = log.committing(3)) {
            Received received = start(client, begin());
            Lsn far = begin().plus(2L * log.wal().layout().segmentBytes() + 12_345);
            received.upTo(far);

            assertThat(received.bytes()).isEqualTo(log.bytes(begin(), received.at()));
        }
    }

    @Test
    void a_client_that_ends_the_copy_may_go_on_asking() throws IOException {
        log.append(1000);
        try (WireClient client = log.connect()) {
            for (int i = 0; i < 3; i++) {
                Received received = start(client, begin()).upTo(log.wal().flushLsn());
                assertThat(received.copy().end().tag()).isEqualTo("START_REPLICATION");
                assertThat(client.query("IDENTIFY_SYSTEM").rows()).hasSize(1);
                assertThat(log.replication().list()).isEmpty();
            }
        }
    }

    @Test
    void replies_are_seen_and_move_the_slot() throws Exception {
        log.append(5000);
        try (WireClient client = log.connect()) {
            client.query("CREATE_REPLICATION_SLOT s PHYSICAL");
            Received received = new Received(client, "START_REPLICATION SLOT s " + begin(), begin())
                    .upTo(log.wal().flushLsn());
            await(() -> onlySender().state().equals("streaming"));
            Lsn written = received.at();
            received.reply(written, written.plus(-8), written.plus(-16), true);
            while (received.keepalives() == 0) {
                received.next();
            }
            assertThat(received.isReplyWanted()).isFalse();
            Sender sender = onlySender();
            assertThat(sender.pid()).isEqualTo(client.pid());
            assertThat(sender.write()).isEqualTo(written);
            assertThat(sender.flush()).isEqualTo(written.plus(-8));
            assertThat(sender.replay()).isEqualTo(written.plus(-16));
            assertThat(sender.writeLag()).isBetween(Duration.ZERO, Duration.ofSeconds(20));
            assertThat(log.slots().find("s").orElseThrow().restart()).isEqualTo(written.plus(-8));
            // Nothing beyond what is durable here is believed.
            received.reply(Lsn.MAX, Lsn.MAX, Lsn.MAX, false);
            await(() -> onlySender().flush().equals(Lsn.MAX));
            assertThat(log.slots().find("s").orElseThrow().restart().isAfter(log.wal().flushLsn())).isFalse();
        }
    }

    @Test
    void the_checkpointers_replies_say_how_far_redo_is() throws Exception {
        assertThat(log.replication().redoPosition()).isEqualTo(Long.MAX_VALUE);
        try (WireClient client = log.connect()) {
            Received received = new Received(client, "START_REPLICATION SLOT \"seawall_checkpointer\" PHYSICAL "
                    + begin() + " TIMELINE 1", begin()).upTo(log.wal().flushLsn());
            received.reply(received.at(), Lsn.INVALID, received.at(), false);
            await(() -> log.replication().redoPosition() == received.at().value());
        }
        await(() -> log.replication().redoPosition() == Long.MAX_VALUE);
    }

    @Test
    void log_that_was_given_up_is_not_streamed_and_a_slot_keeps_it() throws Exception {
        for (int i = 0; i < 8; i++) {
            log.append(1000);
            log.wal().switchSegment();
        }
        log.append(1000);
        try (WireClient client = log.connect(); WireClient slow = log.connect()) {
            client.query("CREATE_REPLICATION_SLOT s PHYSICAL RESERVE_WAL");
            checkpoint();
            start(slow, begin()).upTo(begin().plus(100));
            client.query("DROP_REPLICATION_SLOT s");
            checkpoint();
            await(() -> isGone(begin()));
            String words = "requested WAL segment " + log.segment(begin()) + " has already been removed";
            assertRefused(client, "START_REPLICATION " + begin(), "58P01", words);
            assertRefused(client, "START_REPLICATION " + begin().plus(8), "58P01", words);
        }
    }

    private boolean isGone(Lsn lsn) {
        return !java.nio.file.Files.exists(log.served().directory().resolve("pg_wal").resolve(log.segment(lsn)));
    }

    private void checkpoint() throws IOException {
        log.append(100);
        log.wal().checkpointed(new CheckpointReport(log.wal().systemId(), log.wal().history().timeline(),
                log.wal().layout().startOf(log.wal().flushLsn())));
    }

    // --- clients that do harm

    @Test
    void a_client_that_does_not_read_disturbs_nobody() throws Exception {
        try (WireClient silent = log.connect(); WireClient client = log.connect()) {
            start(silent, begin());
            Lsn far = begin().plus(3L * log.wal().layout().segmentBytes());
            try (AutoCloseable _ = log.committing(4)) {
                Received received = start(client, begin()).upTo(far);
                assertThat(received.bytes()).isEqualTo(log.bytes(begin(), received.at()));
            }
            assertThat(log.replication().list()).filteredOn(sender -> sender.pid() == silent.pid()).singleElement()
                    .satisfies(sender -> assertThat(sender.sent().isBefore(far)).isTrue());
        }
    }

    @Test
    void nonsense_in_the_copy_ends_the_connection() throws IOException {
        for (int kind : List.of((int) 'z', 0, 255)) {
            try (WireClient client = log.connect()) {
                Received received = start(client, begin());
                received.copy().send(out -> out.int8(kind).int64(1));
                assertThatThrownBy(() -> received.upTo(Lsn.MAX)).isInstanceOfSatisfying(ServerException.class,
                        e -> assertThat(e.sqlState()).isEqualTo("08P01"));
            }
        }
        try (WireClient client = log.connect()) {
            Received received = start(client, begin());
            received.copy().send(out -> out.int8('r').int64(1));
            assertThatThrownBy(() -> received.upTo(Lsn.MAX)).isInstanceOf(ServerException.class);
        }
    }

    @Test
    void a_terminated_stream_says_so() throws IOException {
        try (WireClient client = log.connect()) {
            Received received = start(client, begin()).upTo(log.wal().flushLsn());
            assertThat(log.served().cluster().sessions().terminate(client.pid())).isTrue();
            assertThatThrownBy(() -> received.upTo(Lsn.MAX)).isInstanceOfSatisfying(ServerException.class,
                    e -> assertThat(e.sqlState()).isEqualTo("57P01"));
        }
    }

    @Test
    void a_client_that_is_silent_is_asked_and_then_cut_off() throws Exception {
        log.close();
        log = StreamedLog.create(PageLayout.SEGMENT_BYTES_MIN, Duration.ofSeconds(1));
        try (WireClient client = log.connect(); WireClient deaf = log.connect()) {
            Received unread = start(deaf, begin());
            Received received = start(client, begin()).upTo(log.wal().flushLsn());
            while (received.keepalives() == 0) {
                received.next();
            }
            assertThat(received.isReplyWanted()).isTrue();
            assertThatThrownBy(() -> received.upTo(Lsn.MAX)).isInstanceOf(EOFException.class);
            await(() -> log.replication().list().isEmpty());
            assertThat(unread.keepalives()).isZero();
        }
    }

    // --- the end

    @Test
    void a_log_that_shuts_down_is_streamed_to_its_end_first() throws Exception {
        try (WireClient client = log.connect()) {
            Received received = start(client, begin());
            log.append(3_000_000);
            log.wal().fence();
            Lsn end = log.wal().flushLsn();
            Thread receiver = Thread.ofVirtual().start(() -> {
                try {
                    received.upTo(end);
                    while (!received.isReplyWanted()) {
                        received.next();
                    }
                    received.reply(end, Lsn.INVALID, Lsn.INVALID, false);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(log.replication().drain(end, Duration.ofSeconds(20))).isTrue();
            receiver.join();
            assertThat(received.bytes()).isEqualTo(log.bytes(begin(), end));
            assertThatThrownBy(received::next).hasMessageContaining("shuts down");
            try (WireClient late = log.connect()) {
                assertRefused(late, "START_REPLICATION " + begin(), "57P03", "shut down");
            }
        }
    }

    @Test
    void who_does_not_take_the_end_is_cut_off() throws Exception {
        try (WireClient client = log.connect()) {
            start(client, begin()).upTo(log.wal().flushLsn());
            log.wal().fence();

            assertThat(log.replication().drain(log.wal().flushLsn(), Duration.ofMillis(50))).isFalse();
            await(() -> log.replication().list().isEmpty());
        }
    }
}
