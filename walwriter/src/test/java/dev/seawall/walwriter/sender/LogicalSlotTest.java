package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.slots.ReplicationSlots;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Logical slots by replication commands; what is decoded is a higher step's to test.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LogicalSlotTest {

    private StreamedLog log;

    @BeforeEach
    void serve() throws IOException {
        log = StreamedLog.create();
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private static WireClient inDatabase(StreamedLog log) throws IOException {
        return WireClient.connect(new Address.UnixSocket(log.served().socket()),
                Login.of("tester", "test").withReplication(Login.Replication.DATABASE));
    }

    private static void assertRefused(WireClient client, String command, String state, String problem) {
        assertThatThrownBy(() -> client.query(command)).isInstanceOfSatisfying(ServerException.class, e -> {
            assertThat(e.sqlState()).as(command).isEqualTo(state);
            assertThat(e).hasMessageContaining(problem);
        });
    }

    @Test
    void a_slot_is_made_with_a_consistent_point_and_lives_on() throws Exception {
        Lsn end = log.append(1000);
        try (WireClient client = inDatabase(log)) {
            // As pg_recvlogical writes it.
            String create = "CREATE_REPLICATION_SLOT \"l\" LOGICAL \"test_decoding\" ( SNAPSHOT 'nothing')";
            String point = log.wal().flushLsn().toString();
            assertThat(client.query(create).rows())
                    .containsExactly(Arrays.asList("l", point, null, "test_decoding"));
            assertThat(client.query("IDENTIFY_SYSTEM").rows().getFirst().get(3)).isEqualTo("postgres");
            client.query("CREATE_REPLICATION_SLOT t TEMPORARY LOGICAL seawall_json NOEXPORT_SNAPSHOT");
            assertThat(client.query("select slot_type, plugin, temporary, wal_status"
                    + " from pg_replication_slots where slot_name = 't'").rows().getFirst())
                    .containsExactly("logical", "seawall_json", "t", "reserved");
        }
        log.stop();
        try (StreamedLog again = log.reopen()) {
            Slot slot = again.slots().find("l").orElseThrow();
            assertThat(slot.confirmed()).isGreaterThanOrEqualTo(end);
            assertThat(slot.plugin()).isEqualTo("test_decoding");
            assertThat(again.slots().find("t")).isEmpty();
        }
    }

    @Test
    void what_is_wrong_is_said_in_postgresqls_words() throws IOException {
        try (WireClient client = inDatabase(log)) {
            client.query("CREATE_REPLICATION_SLOT l LOGICAL test_decoding");
            assertRefused(client, "CREATE_REPLICATION_SLOT m LOGICAL nope", "58P01", "could not access file \"nope\"");
            assertRefused(client, "CREATE_REPLICATION_SLOT m LOGICAL test_decoding (SNAPSHOT 'x')", "22023",
                    "unrecognized value for CREATE_REPLICATION_SLOT option \"snapshot\": \"x\"");
            assertRefused(client, "CREATE_REPLICATION_SLOT m LOGICAL test_decoding (TWO_PHASE)", "0A000", "two-phase");
            assertRefused(client, "START_REPLICATION SLOT l 0/100000", "55000",
                    "cannot use a logical replication slot for physical replication");
            assertRefused(client, "READ_REPLICATION_SLOT l", "0A000", "with a logical replication slot");
            assertRefused(client, "START_REPLICATION LOGICAL 0/0", "42601", "syntax error");
            assertRefused(client, "START_REPLICATION SLOT l LOGICAL 0/0 TIMELINE 1", "42601", "syntax error");
            assertRefused(client, "START_REPLICATION SLOT " + ReplicationSlots.CHECKPOINTER + " LOGICAL 0/0", "55000",
                    "cannot use physical replication slot for logical decoding");
            assertRefused(client, "START_REPLICATION SLOT l LOGICAL 0/0 (foo 'bar')", "22023",
                    "option \"foo\" = \"bar\" is unknown");
            // Nobody holds it for all that.
            client.query("DROP_REPLICATION_SLOT l");
        }
    }

    @Test
    void a_slot_confirmed_on_a_timeline_that_was_left_before_is_refused() throws Exception {
        log.append(1000);
        log.slots().createLogical("behind", "test_decoding", 0);
        Lsn switchPoint = log.append(1000);
        log.append(1000);
        log.slots().createLogical("ahead", "test_decoding", 0);
        log.stop();
        Promotion.at(log.served().directory(), log.wal().layout(), switchPoint);
        try (StreamedLog again = log.reopen()) {
            // Longer than it ever was before.
            again.append(100_000);
            try (WireClient client = inDatabase(again)) {
                assertRefused(client, "START_REPLICATION SLOT ahead LOGICAL 0/0", "55000",
                        "replication slot \"ahead\" is of another history");
                assertThat(again.slots().find("behind").orElseThrow().confirmed()).isLessThan(switchPoint);
            }
        }
    }

    @Test
    void confirmed_positions_only_go_forward_and_never_beyond_what_is_durable() throws IOException {
        ReplicationSlots slots = log.slots();
        Slot made = slots.createLogical("l", "test_decoding", 0);
        Lsn end = log.append(1000);
        assertThat(slots.confirmed("l", end, made.restart())).isTrue();
        assertThat(slots.confirmed("l", made.confirmed(), made.restart())).isFalse();
        assertThat(slots.confirmed("l", end.plus(1 << 20), end)).isFalse();
        assertThat(slots.find("l").orElseThrow().confirmed()).isEqualTo(end);
        assertThat(slots.confirmed("nobody", end, end)).isFalse();
    }
}
