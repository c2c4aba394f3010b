package dev.seawall.walwriter.auth.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScramTest {

    // RFC 7677, section 3.
    private static final String RFC_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String RFC_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String RFC_CHALLENGE =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String RFC_FINAL = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String RFC_SIGNATURE = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
    private static final byte[] RFC_SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

    private static final Random RANDOM = new Random(7677);

    private static ScramVerifier rfcVerifier() {
        return ScramVerifier.make("pencil", RFC_SALT, 4096);
    }

    @Test
    void the_server_speaks_as_in_the_rfcs_example() throws ScramException {
        ScramServer server = new ScramServer(rfcVerifier(), RFC_NONCE);

        assertThat(server.first(RFC_FIRST)).isEqualTo(RFC_CHALLENGE);
        assertThat(server.finish(RFC_FINAL)).contains(RFC_SIGNATURE);
    }

    @Test
    void client_and_server_convince_each_other() throws ScramException {
        for (String password : List.of("x", "pencil", "p\u00E4ssw\u00F6rd", "a".repeat(1000), "\u2460\uFB01",
                "\uD83D\uDE00")) {
            ScramClient client = new ScramClient(password, RANDOM);
            ScramServer server = new ScramServer(ScramVerifier.make(password, RANDOM), RANDOM);

            String proof = client.respond(server.first(client.first()));
            client.verify(server.finish(proof).orElseThrow());
        }
    }

    @Test
    void passwords_that_saslprep_makes_equal_are_equal() throws ScramException {
        // RFC 4013, section 3, and a space that is none in ASCII.
        assertThat(isAccepted("I\u00ADX", "IX")).isTrue();
        assertThat(isAccepted("\u00AA", "a")).isTrue();
        assertThat(isAccepted("\u2168", "IX")).isTrue();
        assertThat(isAccepted("a\u00A0b", "a b")).isTrue();
        assertThat(isAccepted("user", "USER")).isFalse();
        // What it forbids is taken as it is.
        assertThat(isAccepted("\u0627\u0031", "\u0627\u0031")).isTrue();
        assertThat(isAccepted("\uFB01\u0007", "\uFB01\u0007")).isTrue();
        assertThat(isAccepted("\uFB01\u0007", "fi\u0007")).isFalse();
    }

    @Test
    void a_wrong_password_and_a_user_that_does_not_exist_are_refused_alike() throws ScramException {
        assertThat(isAccepted("pencil", "pencils")).isFalse();
        ScramVerifier mock = ScramVerifier.mock("nobody", "secret".getBytes(StandardCharsets.US_ASCII));
        ScramClient client = new ScramClient("", RANDOM);
        ScramServer server = new ScramServer(mock, RANDOM);
        String challenge = server.first(client.first());
        assertThat(challenge).matches("r=\\S+,s=[A-Za-z0-9+/]{22}==,i=4096");
        assertThat(server.finish(client.respond(challenge))).isEmpty();
    }

    private static boolean isAccepted(String set, String given) throws ScramException {
        ScramClient client = new ScramClient(given, RANDOM);
        ScramServer server = new ScramServer(ScramVerifier.make(set, RANDOM), RANDOM);
        return server.finish(client.respond(server.first(client.first()))).isPresent();
    }

    @Test
    void a_mock_has_the_same_salt_each_time_and_another_for_each_name_and_cluster() {
        byte[] secret = {1, 2, 3};
        assertThat(ScramVerifier.mock("a", secret).salt()).isEqualTo(ScramVerifier.mock("a", secret).salt())
                .isNotEqualTo(ScramVerifier.mock("b", secret).salt())
                .isNotEqualTo(ScramVerifier.mock("a", new byte[] {4}).salt());
    }

    /// Keys of zeros are no secret: whoever knew that could otherwise log in as anybody.
    @Test
    void a_mock_is_not_fooled_by_who_knows_its_keys() throws ScramException {
        ScramServer server = new ScramServer(ScramVerifier.mock("x", new byte[] {1}), "srv");
        server.first("n,,n=,r=cli");
        // ClientSignature for a StoredKey of zeros, and a ClientKey whose hash would have to be zeros.
        assertThat(server.finish("c=biws,r=clisrv,p=" + Base64.getEncoder().encodeToString(new byte[32]))).isEmpty();
    }

    @Test
    void a_verifiers_text_is_postgresqls_and_reads_back() throws ScramException {
        ScramVerifier made = ScramVerifier.make("pencil", RANDOM);
        assertThat(made.text()).matches("SCRAM-SHA-256\\$4096:[^$:]{24}\\$[^$:]{44}:[^$:]{44}");

        ScramVerifier read = ScramVerifier.parse(made.text()).orElseThrow();
        assertThat(read.text()).isEqualTo(made.text());
        ScramClient client = new ScramClient("pencil", RANDOM);
        ScramServer server = new ScramServer(read, RANDOM);
        assertThat(server.finish(client.respond(server.first(client.first())))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "md5abcdef", "SCRAM-SHA-256", "SCRAM-SHA-256$4096:c2FsdA==$AAAA:AAAA",
        "SCRAM-SHA-256$0:c2FsdA==$" + KEY + ":" + KEY, "SCRAM-SHA-256$x:c2FsdA==$" + KEY + ":" + KEY,
        "SCRAM-SHA-256$4096:$" + KEY + ":" + KEY, "SCRAM-SHA-256:4096:c2FsdA==$" + KEY + ":" + KEY,
        "SCRAM-SHA-1$4096:c2FsdA==$" + KEY + ":" + KEY, "SCRAM-SHA-256$4096:c2FsdA==$" + KEY + ":" + KEY + ":"})
    void what_is_no_verifier_is_none(String text) {
        assertThat(ScramVerifier.parse(text)).isEmpty();
    }

    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    @Test
    void a_client_that_could_bind_the_channel_is_welcome_and_one_that_insists_is_not() throws ScramException {
        assertThat(server().first("y,,n=,r=abc")).startsWith("r=abc");
        assertThatThrownBy(() -> server().first("p=tls-server-end-point,,n=,r=abc"))
                .hasMessage("client requires SCRAM channel binding, but it is not supported");
        ScramServer server = server();
        server.first("y,,n=,r=abc");
        assertThatThrownBy(() -> server.finish("c=biws,r=abc" + RFC_NONCE + ",p=" + KEY))
                .as("the flag that was sent first must be the one that is proven")
                .hasMessage("unexpected SCRAM channel-binding attribute in client-final-message");
    }

    private static ScramServer server() {
        return new ScramServer(rfcVerifier(), RFC_NONCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "n,", "n,,", "n,,n=", "n,,n=,", "n,,n=,r", "n,,n=,r=", "n,,r=abc", "x,,n=,r=abc",
        "nx,,n=,r=abc", "n,x,n=,r=abc", "n,,n=,r=a\u0001b", "n,,n=,r=a b", "n,,n=,r=abc,1=x", "n,,n=,r=abc,x"})
    void a_malformed_first_message_is_said_to_be(String message) {
        assertThatThrownBy(() -> server().first(message)).isInstanceOf(ScramException.class)
                .hasMessageStartingWith("malformed SCRAM message");
    }

    @Test
    void extensions_are_ignored_unless_they_are_mandatory_and_so_is_no_other_identity() throws ScramException {
        assertThat(server().first("n,,n=,r=abc,e=1,f=2")).startsWith("r=abc" + RFC_NONCE);
        assertThatThrownBy(() -> server().first("n,,m=1,n=,r=abc")).hasMessageContaining("unsupported SCRAM extension");
        assertThatThrownBy(() -> server().first("n,a=root,n=,r=abc")).hasMessageContaining("authorization identity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c=biws", "c=biws,r=x,p=" + KEY, "c=biws,r=FULL", "c=biws,r=FULL,p=",
            "c=biws,r=FULL,p=AAAA",
        "c=biws,r=FULL,p=" + KEY + ",x=1", "c=xxxx,r=FULL,p=" + KEY, "r=FULL,c=biws,p=" + KEY, "c=biws,r=FULL,p=***"})
    void a_malformed_final_message_is_refused(String message) throws ScramException {
        ScramServer server = server();
        server.first(RFC_FIRST);
        assertThatThrownBy(() -> server.finish(message.replace("FULL", "rOprNGfwEbeRWgbNEkqO" + RFC_NONCE)))
                .isInstanceOf(ScramException.class);
    }

    @Test
    void a_server_that_does_not_know_the_password_is_found_out() throws ScramException {
        ScramClient client = new ScramClient("pencil", RANDOM);
        client.respond(new ScramServer(ScramVerifier.make("other", RANDOM), RANDOM).first(client.first()));
        assertThatThrownBy(() -> client.verify("v=" + KEY)).hasMessageContaining("does not know the password");
        assertThatThrownBy(() -> client.verify("e=other-error")).hasMessageContaining("other-error");
        assertThatThrownBy(() -> new ScramClient("x", RANDOM).verify(RFC_SIGNATURE)).isInstanceOf(ScramException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "r=", "r=abc,s=AAAA,i=4096", "r=NONCE,s=AAAA,i=4096", "r=NONCEx,s=,i=4096",
        "r=NONCEx,s=AAAA,i=0", "r=NONCEx,s=AAAA,i=999999999", "r=NONCEx,s=AAAA,i=-1", "r=NONCEx,s=AAAA,i=x",
        "r=NONCEx,s=AAAA", "r=NONCEx,s=*,i=4096"})
    void a_servers_malformed_challenge_is_refused(String challenge) {
        ScramClient client = new ScramClient("x", "NONCE");
        assertThatThrownBy(() -> client.respond(challenge)).isInstanceOf(ScramException.class);
    }

    @Test
    void random_and_damaged_messages_are_refused_and_nothing_worse() {
        long seed = 5802;
        Random random = new Random(seed);
        List<String> sound = List.of(RFC_FIRST, RFC_FINAL, RFC_CHALLENGE, RFC_SIGNATURE);
        for (int run = 0; run < 5_000; run++) {
            String first = damaged(sound, random);
            String last = damaged(sound, random);
            ScramServer server = server();
            try {
                server.first(first);
                boolean isSound = server.finish(last).isPresent();
                assertThat(!isSound || last.equals(RFC_FINAL)).as("seed %d run %d: %s", seed, run, last).isTrue();
            } catch (ScramException e) {
                assertThat(e).as("seed %d run %d", seed, run).hasMessageMatching("(?s).+");
            }
        }
    }

    private static String damaged(List<String> sound, Random random) {
        if (random.nextInt(4) == 0) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
        List<Character> letters = new ArrayList<>();
        sound.get(random.nextInt(sound.size())).chars().forEach(c -> letters.add((char) c));
        for (int change = random.nextInt(4); change > 0; change--) {
            int at = random.nextInt(letters.size());
            if (random.nextBoolean()) {
                letters.set(at, "=,nyprcsvia\0AZ$".charAt(random.nextInt(15)));
            } else {
                letters.subList(at, letters.size() - random.nextInt(letters.size() - at)).clear();
                letters.add('x');
            }
        }
        StringBuilder text = new StringBuilder();
        letters.forEach(text::append);
        return text.toString();
    }
}
