package dev.seawall.walwriter.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.server.RawClient.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is answered to a client that does not keep to the protocol, or keeps to its edges.
@Timeout(60)
final class ProtocolTest {

    private static final String EMIT = "select pg_logical_emit_message(true, 'p', 'm')";
    private static final byte[] SSL_REQUEST = Packet.untyped().int32(80_877_103).bytes();
    private static final byte[] GSS_REQUEST = Packet.untyped().int32(80_877_104).bytes();

    @TempDir
    static Path directory;

    private static ServedLog served;

    @BeforeAll
    static void start() throws IOException {
        served = ServedLog.create(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        served.close();
    }

    private static RawClient connected() throws IOException {
        return RawClient.connect(served.socket());
    }

    private static RawClient loggedIn() throws IOException {
        return RawClient.loggedIn(served.socket());
    }

    /// What a fresh session answers, as types; errors as their states.
    private static String answers(byte[]... packets) throws IOException {
        try (RawClient client = loggedIn()) {
            client.send(packets);
            return client.end().toString();
        }
    }

    private static String first(byte[]... packets) throws IOException {
        try (RawClient client = connected()) {
            client.send(packets);
            return client.end().toString();
        }
    }

    @Test
    void a_newer_protocol_is_negotiated_down_byte_by_byte() throws IOException {
        try (RawClient client = connected()) {
            client.send(Packet.startup((3 << 16) + 9999, "user", "u", "_pq_.one", "1", "_pq_.two", ""));

            Answer answer = client.next();
            assertThat(answer).isNotNull();
            assertThat(answer.type()).isEqualTo('v');
            assertThat(answer.body()).isEqualTo(Packet.untyped().int32(3 << 16).int32(2).string("_pq_.one")
                    .string("_pq_.two").bytesOfBody());
            assertThat(client.untilReady().getLast().type()).isEqualTo('Z');
        }
        try (RawClient client = connected()) {
            client.send(Packet.startup((3 << 16) + 1, "user", "u"));

            Answer answer = client.next();
            assertThat(answer).isNotNull();
            assertThat(answer.body()).isEqualTo(new byte[] {0, 3, 0, 0, 0, 0, 0, 0});
        }
    }

    @Test
    void first_packets_that_are_no_login_are_refused_with_a_reason() throws IOException {
        assertThat(first(Packet.startup(2 << 16, "user", "u"))).isEqualTo("[E0A000]");
        assertThat(first(Packet.startup(4 << 16, "user", "u"))).isEqualTo("[E0A000]");
        assertThat(first(Packet.startup(3 << 16))).isEqualTo("[E28000]");
        assertThat(first(Packet.startup(3 << 16, "user", ""))).isEqualTo("[E28000]");
        assertThat(first(Packet.startup(3 << 16, "user", "u", "replication", "maybe"))).isEqualTo("[E22023]");
        assertThat(first(Packet.startup(3 << 16, "user", "u", "nonsense", "1"))).contains("E42704");
        assertThat(first(Packet.startup(3 << 16, "user", "u", "client_encoding", "EBCDIC"))).contains("E22023");
        assertThat(first(Packet.untyped().int32(3 << 16).string("user").string("u").bytes())).isEqualTo("[E08P01]");
        assertThat(first(Packet.untyped().bytes(3))).isEqualTo("[E08P01]");
        assertThat(first(Packet.untyped().bytes(-1))).isEqualTo("[E08P01]");
        assertThat(first(Packet.untyped().int32(3 << 16).bytes(10_005))).isEqualTo("[E08P01]");
        String[] many = Collections.nCopies(20_000, "a").toArray(String[]::new);
        assertThat(first(Packet.startup(3 << 16, many))).isEqualTo("[E08P01]");
    }

    @Test
    void encryption_that_is_not_offered_is_declined_once() throws IOException {
        try (RawClient client = connected()) {
            client.send(Packet.join(GSS_REQUEST, SSL_REQUEST, Packet.startup(3 << 16, "user", "u")));

            assertThat(client.readByte()).isEqualTo('N');
            assertThat(client.readByte()).isEqualTo('N');
            assertThat(client.untilReady().getLast().type()).isEqualTo('Z');
        }
        try (RawClient client = connected()) {
            client.send(SSL_REQUEST, SSL_REQUEST);

            assertThat(client.readByte()).isEqualTo('N');
            assertThat(client.end().toString()).isEqualTo("[E08P01]");
        }
    }

    @Test
    void messages_in_the_wrong_order_are_errors_up_to_the_next_sync() throws IOException {
        assertThat(answers(Packet.bind("", "none"), Packet.execute("", 0), Packet.sync())).isEqualTo("[E26000, Z]");
        assertThat(answers(Packet.execute("none", 0), Packet.parse("", "select 1"), Packet.sync(), Packet.sync()))
                .isEqualTo("[E34000, Z, Z]");
        assertThat(answers(Packet.describe('S', "none"), Packet.sync(), Packet.describe('P', "none"), Packet.sync()))
                .isEqualTo("[E26000, Z, E34000, Z]");
        assertThat(answers(Packet.close('S', "none"), Packet.close('P', "none"), Packet.sync())).isEqualTo("[3, 3, Z]");
        assertThat(answers(Packet.parse("a", "show port"), Packet.parse("a", "show port"), Packet.sync()))
                .isEqualTo("[1, E42P05, Z]");
        assertThat(answers(Packet.parse("", "show port; show port"), Packet.sync())).isEqualTo("[E42601, Z]");
        assertThat(answers(Packet.parse("", EMIT), Packet.bind("", "", "too many"), Packet.sync()))
                .isEqualTo("[1, E08P01, Z]");
        assertThat(answers(Packet.of('F').int32(1).bytes())).isEqualTo("[E0A000, Z]");
    }

    @Test
    void copy_messages_outside_a_copy_are_ignored() throws IOException {
        assertThat(answers(Packet.of('d').raw(new byte[100]).bytes(), Packet.of('c').bytes(),
                Packet.of('f').string("no").bytes(), Packet.query(""))).isEqualTo("[I, Z]");
    }

    @Test
    void what_is_no_message_ends_the_connection_with_a_reason() throws IOException {
        assertThat(answers(Packet.of('@').bytes())).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('p').string("password").bytes())).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('Q').string("").int8(1).bytes())).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('Q').raw(new byte[] {'a'}).bytes())).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('Q').string("").bytes(3))).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('Q').string("").bytes(-4))).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('Q').string("").bytes(Integer.MAX_VALUE))).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('Q').string("").bytes(6))).as("cut off in the middle").isEqualTo("[]");
        assertThat(answers(Packet.of('D').int8('?').string("").bytes())).isEqualTo("[E08P01]");
        assertThat(answers(Packet.of('B').string("").string("").int16(65_535).bytes())).contains("E");
    }

    @Test
    void a_portal_runs_once() throws IOException {
        assertThat(answers(Packet.parse("", EMIT), Packet.bind("", ""), Packet.execute("", 0), Packet.execute("", 0),
                Packet.sync())).isEqualTo("[1, 2, D, C, C, Z]");
        assertThat(answers(Packet.parse("", "reset all"), Packet.bind("", ""), Packet.execute("", 0),
                Packet.execute("", 0), Packet.sync())).isEqualTo("[1, 2, C, E55000, Z]");
        assertThat(answers(Packet.parse("", EMIT), Packet.bind("x", ""), Packet.sync(), Packet.execute("x", 0),
                Packet.sync())).as("a portal ends with its transaction").isEqualTo("[1, 2, Z, E34000, Z]");
    }

    @Test
    void what_failed_with_others_between_two_syncs_is_rolled_back_with_them() throws IOException {
        try (RawClient client = loggedIn()) {
            List<Answer> answers = client.ask(Packet.parse("", "select pg_logical_emit_message(true, 'p', 'undone')"),
                    Packet.bind("", ""), Packet.execute("", 0), Packet.parse("", "select nonsense()"), Packet.sync());

            assertThat(answers.toString()).isEqualTo("[1, 2, D, C, 1, E42883, Z]".replace("1, E", "E"));
            assertThat(RawClient.types(client.ask("show port"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void a_failed_transaction_takes_nothing_but_its_end() throws IOException {
        try (RawClient client = loggedIn()) {
            assertThat(client.ask("begin").getLast().text()).isEqualTo("T");
            assertThat(client.ask("nonsense").getLast().text()).isEqualTo("E");
            assertThat(RawClient.error(client.ask(EMIT))).isEqualTo("25P02");
            assertThat(RawClient.error(client.ask(Packet.parse("", EMIT), Packet.sync()))).isEqualTo("25P02");
            List<Answer> end = client.ask("commit");
            assertThat(end.getFirst().text()).startsWith("ROLLBACK");
            assertThat(end.getLast().text()).isEqualTo("I");
        }
    }

    @Test
    void answers_asked_for_together_with_the_farewell_are_sent() throws IOException {
        try (RawClient client = loggedIn()) {
            client.send(Packet.join(Packet.query(EMIT), Packet.terminate()));

            assertThat(client.rest().toString()).isEqualTo("[T, D, C, Z]");
        }
    }

    @Test
    void a_checkpoint_without_a_checkpointer_is_an_error_and_not_the_end() throws IOException {
        assertThat(answers(Packet.query("checkpoint"), Packet.query("show port"))).isEqualTo("[E55000, Z, T, D, C, Z]");
    }

    @Test
    void what_has_a_name_in_a_session_may_not_hold_much() throws IOException {
        String half = "select '" + "a".repeat(600_000) + "'";
        assertThat(answers(Packet.parse("one", half), Packet.parse("", half), Packet.parse("two", half), Packet.sync(),
                Packet.close('S', "one"), Packet.parse("two", half), Packet.sync()))
                .isEqualTo("[1, 1, E53400, Z, 3, 1, Z]");
    }

    @Test
    void a_zero_byte_is_no_text() throws IOException {
        assertThat(answers(Packet.parse("", "select pg_logical_emit_message(true, 'p', $1::text)"),
                Packet.bind("", "", "a\0b"), Packet.sync())).isEqualTo("[1, E22021, Z]");
    }

    @Test
    void a_cancel_request_needs_the_key() throws IOException {
        try (RawClient client = connected()) {
            List<Answer> login = client.login();
            byte[] key = login.stream().filter(answer -> answer.type() == 'K').findFirst().orElseThrow().body();
            byte[] wrong = key.clone();
            wrong[7]++;
            String many = (EMIT + ";").repeat(20_000);

            client.send(Packet.query(many));
            cancel(wrong);
            assertThat(RawClient.error(client.untilReady())).isEmpty();

            client.send(Packet.query(many));
            assertThat(client.next()).as("it has begun").isNotNull();
            cancel(key);
            assertThat(RawClient.error(client.untilReady())).isEqualTo("57014");
            assertThat(RawClient.types(client.ask("show port"))).isEqualTo("TDCZ");
        }
    }

    private static void cancel(byte[] pidAndKey) throws IOException {
        try (RawClient canceller = connected()) {
            canceller.send(Packet.untyped().int32(80_877_102).raw(pidAndKey).bytes());
            assertThat(canceller.rest()).isEmpty();
        }
    }
}
