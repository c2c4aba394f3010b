package dev.seawall.walwriter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.walwriter.server.RawClient.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Places, time limits, and how sessions are ended.
@Timeout(60)
final class LimitsTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path directory;

    private ServedLog serve(UnaryOperator<Settings> settings) throws IOException {
        return ServedLog.create(directory, settings, _ -> new ServedLog.Streaming(List.of(), List::of));
    }

    private static String end(RawClient client) throws IOException {
        return client.rest().toString();
    }

    private static String state(List<Answer> answers) {
        return RawClient.error(answers);
    }

    private static String refusal(ServedLog served, String user) throws IOException {
        try (RawClient client = RawClient.connect(served.socket())) {
            client.send(Packet.startup(RawClient.VERSION_3_0, "user", user));
            return state(client.untilReady());
        }
    }

    @Test
    void places_are_limited_and_the_last_are_the_superusers() throws IOException {
        try (ServedLog served = serve(settings -> settings.with(ServerSettings.MAX_CONNECTIONS, 4)
                .with(ServerSettings.SUPERUSER_RESERVED_CONNECTIONS, 2));
                RawClient one = RawClient.loggedIn(served.socket());
                RawClient two = RawClient.loggedIn(served.socket())) {
            assertThat(refusal(served, ServedLog.PLAIN_USER)).isEqualTo("53300");
            try (RawClient three = RawClient.loggedIn(served.socket());
                    RawClient four = RawClient.loggedIn(served.socket())) {
                assertThat(refusal(served, "super")).isEqualTo("53300");
                assertThat(List.of(one, two, three, four)).allSatisfy(client ->
                        assertThat(RawClient.types(client.ask("show port"))).isEqualTo("TDCZ"));
                try (RawClient replica = RawClient.loggedIn(served.socket(), "replication", "true")) {
                    assertThat(RawClient.types(replica.ask("show port"))).as("has a place of its own")
                            .isEqualTo("TDCZ");
                }
                four.send(Packet.terminate());
                assertThat(four.rest()).isEmpty();
                try (RawClient next = RawClient.loggedIn(served.socket())) {
                    assertThat(RawClient.types(next.ask("show port"))).isEqualTo("TDCZ");
                }
            }
        }
    }

    @Test
    void who_does_not_log_in_is_cut_off() throws IOException {
        try (ServedLog served = serve(settings -> settings.with(ServerSettings.AUTHENTICATION_TIMEOUT,
                Duration.ofSeconds(1)));
                RawClient silent = RawClient.connect(served.socket());
                RawClient half = RawClient.connect(served.socket())) {
            half.send(new byte[] {0, 0, 0});

            assertThat(end(silent)).isEqualTo("[]");
            assertThat(end(half)).isEqualTo("[]");
            assertThat(served.server().awaitAll(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void idle_sessions_end_with_their_reason() throws IOException {
        try (ServedLog served = serve(settings -> settings.with(ServerSettings.IDLE_SESSION_TIMEOUT, SHORT));
                RawClient client = RawClient.loggedIn(served.socket())) {
            assertThat(end(client)).isEqualTo("[E57P05]");
        }
    }

    @Test
    void sessions_idle_in_a_transaction_end_and_their_transaction_with_them() throws IOException {
        try (ServedLog served = serve(settings -> settings.with(ServerSettings.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                SHORT));
                RawClient client = RawClient.loggedIn(served.socket());
                RawClient other = RawClient.loggedIn(served.socket())) {
            client.ask("begin; select pg_logical_emit_message(true, 'p', 'm')");

            assertThat(end(client)).isEqualTo("[E25P03]");
            assertThat(RawClient.types(other.ask("show port"))).as("idle outside a transaction").isEqualTo("TDCZ");
        }
    }

    @Test
    void a_statement_that_takes_too_long_is_cancelled_and_the_session_goes_on() throws IOException {
        try (ServedLog served = serve(settings -> settings); RawClient client = RawClient.loggedIn(served.socket())) {
            client.ask("set statement_timeout = 1");

            assertThat(state(client.ask("select pg_sleep(60)"))).isEqualTo("57014");
            assertThat(RawClient.types(client.ask("set statement_timeout = 0"))).isEqualTo("CZ");
        }
    }

    @Test
    void a_client_that_does_not_read_is_cut_off() throws IOException {
        try (ServedLog served = serve(settings -> settings.with(ServerSettings.CLIENT_WRITE_TIMEOUT, SHORT));
                RawClient client = RawClient.loggedIn(served.socket())) {
            client.send(Packet.query("select repeat('a', 20000000)"));

            assertThat(served.server().awaitAll(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void a_terminated_session_is_told_and_so_is_who_asked() throws IOException {
        try (ServedLog served = serve(settings -> settings); RawClient client = RawClient.connect(served.socket());
                RawClient other = RawClient.loggedIn(served.socket())) {
            byte[] key = client.login().stream()
                    .filter(answer -> answer.type() == 'K').findFirst().orElseThrow().body();
            int pid = java.nio.ByteBuffer.wrap(key).getInt();

            assertThat(other.ask("select pg_terminate_backend(" + pid + ")").get(1).text()).endsWith("t");
            assertThat(end(client)).isEqualTo("[E57P01]");
            assertThat(other.ask("select pg_terminate_backend(" + (pid + 1000) + ")").get(2).text()).endsWith("f");
        }
    }

    @Test
    void a_session_that_writes_to_a_client_that_does_not_read_can_be_terminated() throws IOException {
        try (ServedLog served = serve(settings -> settings); RawClient client = RawClient.loggedIn(served.socket())) {
            client.send(Packet.query("select repeat('a', 20000000)"));
            while (served.server().backends().all().stream().noneMatch(Connection::isWriting)) {
                Thread.onSpinWait();
            }

            served.server().terminateAll();
            assertThat(served.server().awaitAll(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void at_shutdown_new_sessions_are_refused_and_old_ones_told() throws IOException {
        try (ServedLog served = serve(settings -> settings); RawClient client = RawClient.loggedIn(served.socket())) {
            served.server().refuse();

            assertThat(refusal(served, "late")).isEqualTo("57P03");
            assertThat(RawClient.types(client.ask("show port"))).isEqualTo("TDCZ");
            served.server().terminate();
            assertThat(end(client)).isEqualTo("[E57P01]");
            assertThat(served.server().awaitClients(Duration.ofSeconds(10))).isTrue();
            served.server().close();
            assertThatThrownBy(() -> RawClient.connect(served.socket())).isInstanceOf(IOException.class);
        }
    }
}
