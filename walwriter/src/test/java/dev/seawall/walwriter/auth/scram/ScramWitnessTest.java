package dev.seawall.walwriter.auth.scram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Verifiers beside a real server's: each takes the other's.
final class ScramWitnessTest {

    /// Plain, with what SASLprep changes, and with what it forbids.
    private static final List<String> PASSWORDS = List.of("x", "it is'nt \\ easy", "p\u00E4ssw\u00F6rd", "pa\u0308ss",
            "\uFB01\u2460\u00BD\u00AA", "no\u00A0break\u3000space", "soft\u00ADhyphen\u200Bjoin",
            "\u05E9\u05DC\u05D5\u05DD",
            "\u05E9\u05DC1", "1\uFB01\u05E9", "\uFB01\u0007bell", "\uD83D\uDE00smile", "\uFB01\uE000private",
            "\u212B\u2126");

    private static final Random RANDOM = new Random(5802);

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.create().listenOnLoopback()
                .rules("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n").start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Test
    void a_real_server_takes_our_verifiers_and_psql_logs_in() {
        for (int i = 0; i < PASSWORDS.size(); i++) {
            String password = PASSWORDS.get(i);
            String verifier = ScramVerifier.make(password, RANDOM).text();
            server.sql("create role ours" + i + " login password " + quoted(verifier));
            assertThat(server.sql("select rolpassword from pg_authid where rolname = 'ours" + i + "'"))
                    .isEqualTo(verifier);
            assertThat(login("ours" + i, password).exitCode()).as(password).isZero();
            assertThat(login("ours" + i, password + "x").err()).contains("password authentication failed");
        }
    }

    private static PostgresPrograms.Output login(String user, String password) {
        return PostgresPrograms.execute(List.of(PostgresPrograms.find("psql").toString(), "-h", "127.0.0.1", "-p",
                String.valueOf(server.port()), "-U", user, "-d", "postgres", "-X", "-qAtc", "select 1"),
                Map.of("LC_ALL", "C.UTF-8", "PGPASSWORD", password));
    }

    @Test
    void we_take_a_real_servers_verifiers() throws ScramException {
        for (int i = 0; i < PASSWORDS.size(); i++) {
            String password = PASSWORDS.get(i);
            server.sql("create role theirs" + i + " password " + quoted(password));
            String text = server.sql("select rolpassword from pg_authid where rolname = 'theirs" + i + "'");
            ScramVerifier verifier = ScramVerifier.parse(text).orElseThrow();

            assertThat(verifier.text()).isEqualTo(text);
            assertThat(isAccepted(verifier, password)).as(password).isTrue();
            assertThat(isAccepted(verifier, password + "x")).as(password).isFalse();
        }
    }

    private static boolean isAccepted(ScramVerifier verifier, String password) throws ScramException {
        ScramClient client = new ScramClient(password, RANDOM);
        ScramServer ours = new ScramServer(verifier, RANDOM);
        return ours.finish(client.respond(ours.first(client.first()))).isPresent();
    }
}
