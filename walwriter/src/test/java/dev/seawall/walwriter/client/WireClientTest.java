package dev.seawall.walwriter.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.client.Login.Replication;
import dev.seawall.witness.PostgresServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The client against a real PostgreSQL 15.
final class WireClientTest {

    private static final Login LOGIN = Login.of("postgres", "seawall test");
    private static final String ODD_PASSWORD = "p\u00E4ssw\u00F6rd \uFB01 \u00BD\u00A0x";

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.create().listenOnLoopback().rules("""
                local all all trust
                local replication all trust
                host all md5user 127.0.0.1/32 md5
                host all plain 127.0.0.1/32 password
                host all all 127.0.0.1/32 scram-sha-256
                """).start();
        server.sql("create role u login password 'secret'");
        server.sql("create role odd login password '" + ODD_PASSWORD + "'");
        server.sql("set password_encryption = md5; create role md5user login password 'x'");
        server.sql("create role plain login password 'x'");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Address socket() {
        return Address.in(server.socketDirectory(), server.port());
    }

    private static Address tcp() {
        return new Address.Host("127.0.0.1", server.port());
    }

    @Test
    void a_query_answers_with_columns_rows_and_tag() throws IOException {
        try (WireClient client = WireClient.connect(socket(), LOGIN)) {
            Result result = client.query("select 1 as a, null::text as b, 'ö' as c union all select 2, '', 'x'");

            assertThat(result.columns()).containsExactly("a", "b", "c");
            assertThat(result.rows()).containsExactly(Arrays.asList("1", null, "ö"), Arrays.asList("2", "", "x"));
            assertThat(result.tag()).isEqualTo("SELECT 2");
            assertThat(client.parameter("server_version")).startsWith("15");
            assertThat(client.parameter("application_name")).isEqualTo("seawall test");
            assertThat(client.query("select pg_backend_pid()").value()).isEqualTo(String.valueOf(client.pid()));
        }
    }

    @Test
    void an_error_is_thrown_and_the_connection_goes_on() throws IOException {
        try (WireClient client = WireClient.connect(socket(), LOGIN)) {
            ServerException e = catchThrowableOfType(ServerException.class, () -> client.query("select to_tex(1)"));

            assertThat(e.sqlState()).isEqualTo("42883");
            assertThat(e.problem()).isEqualTo("function to_tex(integer) does not exist");
            assertThat(e.hint()).startsWith("No function matches");
            assertThat(e).hasMessageContaining("\nHINT: No function");
            assertThat(client.query("select 1").value()).isEqualTo("1");
        }
    }

    @Test
    void notices_and_changed_parameters_come_with_the_result() throws IOException {
        try (WireClient client = WireClient.connect(socket(), LOGIN)) {
            Result result = client.query("do $$ begin raise warning 'look'; end $$; set application_name = 'other'");

            assertThat(result.notices()).containsExactly("WARNING:  look");
            assertThat(client.parameter("application_name")).isEqualTo("other");
            assertThat(client.query("").tag()).isEmpty();
        }
    }

    @Test
    void the_reason_for_a_connections_end_is_what_is_thrown() throws IOException {
        try (WireClient client = WireClient.connect(socket(), LOGIN)) {
            assertThatThrownBy(() -> client.query("select pg_terminate_backend(pg_backend_pid())"))
                    .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.sqlState()).isEqualTo("57P01"));
            assertThatThrownBy(() -> client.query("select 1")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_password_is_proven_by_scram() throws IOException {
        try (WireClient client = WireClient.connect(tcp(),
                LOGIN.withDatabase("postgres").withPassword("secret").withUser("u"))) {
            assertThat(client.query("select current_user").value()).isEqualTo("u");
        }
        try (WireClient client = WireClient.connect(tcp(), LOGIN.withPassword(ODD_PASSWORD).withUser("odd"))) {
            assertThat(client.query("select current_user").value()).isEqualTo("odd");
        }
    }

    @Test
    void a_wrong_password_is_the_servers_refusal() {
        assertThatThrownBy(() -> WireClient.connect(tcp(), LOGIN.withPassword("wrong").withUser("u")))
                .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.sqlState()).isEqualTo("28P01"))
                .hasMessage("password authentication failed for user \"u\"");
    }

    @Test
    void no_password_is_said_to_be_missing() {
        assertThatThrownBy(() -> WireClient.connect(tcp(), LOGIN.withUser("u")))
                .hasMessage("the server asks for a password of user \"u\", none was given");
    }

    @Test
    void a_password_is_not_sent_in_the_clear_or_as_md5() {
        for (String user : new String[] {"md5user", "plain"}) {
            assertThatThrownBy(() -> WireClient.connect(tcp(), LOGIN.withPassword("x").withUser(user)))
                    .hasMessageContaining("only SCRAM-SHA-256, peer and trust are supported");
        }
    }

    @Test
    void log_streams_while_status_is_sent_by_another_thread() throws Exception {
        Login login = LOGIN.withReplication(Replication.PHYSICAL);
        try (WireClient client = WireClient.connect(socket(), login);
                WireClient sql = WireClient.connect(socket(), LOGIN)) {
            Lsn start = Lsn.parse(client.query("IDENTIFY_SYSTEM").rows().getFirst().get(2));
            Lsn from = new Lsn(start.value() & -8192);
            CopyBoth copy = client.copyBoth("START_REPLICATION PHYSICAL " + from + " TIMELINE 1");
            Lsn written = Lsn.parse(
                    sql.query("select pg_logical_emit_message(false, 'x', repeat('a', 100000))").value());
            CompletableFuture<Void> status = CompletableFuture.runAsync(() -> send(copy, from));
            long at = from.value();
            while (at < written.value()) {
                assertThat(copy.next()).isTrue();
                if (copy.in().int8() == 'w') {
                    assertThat(copy.in().int64()).isEqualTo(at);
                    copy.in().int64();
                    copy.in().int64();
                    at += copy.in().rest().remaining();
                }
            }
            status.get(30, TimeUnit.SECONDS);
            assertThat(copy.end().tag()).isEqualTo("START_REPLICATION");
            assertThat(client.query("SHOW wal_segment_size").value()).isEqualTo("16MB");
        }
    }

    private static void send(CopyBoth copy, Lsn at) {
        try {
            for (int i = 0; i < 100; i++) {
                copy.send(out -> out.int8('r').int64(at.value()).int64(at.value()).int64(0).int64(0).int8(0));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_refused_copy_leaves_the_connection_usable() throws IOException {
        try (WireClient client = WireClient.connect(socket(), LOGIN.withReplication(Replication.PHYSICAL))) {
            assertThatThrownBy(() -> client.copyBoth("START_REPLICATION SLOT \"none\" PHYSICAL 0/1000000"))
                    .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.sqlState()).isEqualTo("42704"));
            assertThat(client.query("IDENTIFY_SYSTEM").rows()).hasSize(1);
        }
    }

    @Test
    void closing_wakes_a_blocked_reader() throws Exception {
        WireClient client = WireClient.connect(socket(), LOGIN);
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread reader = Thread.startVirtualThread(() -> {
            try {
                client.query("select pg_sleep(600)");
            } catch (Throwable t) {
                outcome.complete(t);
            }
        });
        try (WireClient other = WireClient.connect(socket(), LOGIN)) {
            while (!other.query("select count(*) from pg_stat_activity where pid = " + client.pid()
                    + " and wait_event = 'PgSleep'").value().equals("1")) {
                Thread.onSpinWait();
            }
            client.close();
            assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
            other.query("select pg_terminate_backend(" + client.pid() + ")");
        }
        reader.join();
    }

    @Test
    void a_server_that_accepts_and_says_nothing_is_a_timeout() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Address address = new Address.Host("127.0.0.1", silent.getLocalPort());

            assertThatThrownBy(() -> WireClient.connect(address, LOGIN.withTimeout(Duration.ofMillis(50))))
                    .isInstanceOf(SocketTimeoutException.class).hasMessageContaining("no answer in 50 ms");
        }
    }

    @Test
    void nobody_there_is_said_with_the_address() {
        assertThatThrownBy(() -> WireClient.connect(Address.in(Path.of("/nowhere"), 1), LOGIN))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("connection to socket \"/nowhere/.s.PGSQL.1\" failed: ");
        assertThatThrownBy(() -> WireClient.connect(new Address.Host("127.0.0.1", 1), LOGIN))
                .hasMessage("connection to server at \"127.0.0.1\", port 1 failed: Connection refused");
    }

    @Test
    void a_server_that_hangs_up_is_an_end_of_file() throws Exception {
        try (ServerSocket rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> {
                try (var socket = rude.accept()) {
                    assertThat(socket.getInputStream().read(new byte[4])).isEqualTo(4);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            Address address = new Address.Host("127.0.0.1", rude.getLocalPort());
            assertThatThrownBy(() -> WireClient.connect(address, LOGIN)).isInstanceOf(EOFException.class);
        }
    }
}
