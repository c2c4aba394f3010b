package dev.seawall.walwriter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.auth.hba.Origin;
import dev.seawall.walwriter.auth.scram.ScramVerifier;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.tls.ClientTls;
import dev.seawall.walwriter.tls.ServerTls;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.witness.Certificates;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole logins, by the client of our own.
final class AuthenticationTest {

    private static final String SCRAM = "host all,replication all all scram-sha-256";
    private static final String TRUST = "host all,replication all all trust\nlocal all,replication all trust";

    @TempDir
    Path directory;

    private Users users;

    @BeforeEach
    void setUp() throws IOException {
        users = new Users(new LinuxDisk(), directory, new SystemWorld());
        ScramVerifier verifier = ScramVerifier.make("secret", new Random(1));
        users.put(new User("ann", false, false, verifier));
        users.put(new User("bob", false, true, null));
        users.put(new User("root", true, false, verifier));
    }

    private LoginServer server(String rules, @Nullable Origin origin) throws IOException {
        return new LoginServer(rules, users, null, origin);
    }

    private static Login login(String user) {
        return Login.of(user, "test").withDatabase("db").withPassword("secret");
    }

    private static Object outcome(LoginServer server, Login login) throws Exception {
        try (WireClient _ = WireClient.connect(server.address(), login)) {
            return server.outcomes.poll(10, TimeUnit.SECONDS);
        }
    }

    private static String refusal(LoginServer server, Login login) throws Exception {
        Address address = server.address();
        ServerException e = catchThrowableOfType(ServerException.class, () -> WireClient.connect(address, login));
        assertThat(e).as("refused").isNotNull();
        assertThat(server.outcomes.poll(10, TimeUnit.SECONDS)).isInstanceOf(SqlException.class);
        return e.sqlState() + " " + e.problem();
    }

    @Test
    void a_user_with_the_right_password_gets_in_with_what_it_may() throws Exception {
        try (LoginServer server = server(SCRAM, null)) {
            assertThat(outcome(server, login("ann"))).isEqualTo(new Identity("ann", false, false));
            assertThat(outcome(server, login("root"))).isEqualTo(new Identity("root", true, true));
        }
    }

    @Test
    void a_wrong_password_no_password_and_no_user_are_refused_in_the_same_words() throws Exception {
        try (LoginServer server = server(SCRAM, null)) {
            for (String user : new String[] {"ann", "bob", "nobody", "owner"}) {
                assertThat(refusal(server, login(user).withPassword("guess")))
                        .isEqualTo("28P01 password authentication failed for user \"" + user + "\"");
            }
        }
    }

    @Test
    void the_system_says_who_is_at_a_unix_socket() throws Exception {
        String rules = "local all all peer";
        try (LoginServer server = server(rules, new Origin.UnixSocket("owner"))) {
            assertThat(outcome(server, login("owner"))).isEqualTo(new Identity("owner", true, true));
            assertThat(refusal(server, login("ann"))).isEqualTo("28000 Peer authentication failed for user \"ann\"");
        }
        try (LoginServer server = server(rules, new Origin.UnixSocket("bob"))) {
            assertThat(outcome(server, login("bob"))).isEqualTo(new Identity("bob", false, true));
        }
        try (LoginServer server = server(rules, new Origin.UnixSocket("stranger"))) {
            assertThat(refusal(server, login("stranger"))).isEqualTo("28000 role \"stranger\" does not exist");
        }
        try (LoginServer server = server(rules, new Origin.UnixSocket(null))) {
            assertThat(refusal(server, login("owner"))).startsWith("28000 Peer authentication failed");
        }
    }

    @Test
    void even_trust_lets_only_users_in() throws Exception {
        try (LoginServer server = server(TRUST, null)) {
            assertThat(outcome(server, login("bob"))).isEqualTo(new Identity("bob", false, true));
            assertThat(refusal(server, login("x"))).isEqualTo("28000 role \"x\" does not exist");
        }
    }

    @Test
    void rules_refuse_in_postgresqls_words() throws Exception {
        try (LoginServer server = server("host all all all reject", null)) {
            assertThat(refusal(server, login("ann"))).isEqualTo("28000 pg_hba.conf rejects connection for host "
                    + "\"127.0.0.1\", user \"ann\", database \"db\", no encryption");
            assertThat(refusal(server, login("ann").withReplication(Login.Replication.PHYSICAL))).isEqualTo(
                    "28000 no pg_hba.conf entry for replication connection from host \"127.0.0.1\", user \"ann\", "
                            + "no encryption");
        }
    }

    @Test
    void streaming_needs_the_attribute() throws Exception {
        try (LoginServer server = server(TRUST, null)) {
            for (Login.Replication mode : new Login.Replication[] {Login.Replication.PHYSICAL,
                    Login.Replication.DATABASE}) {
                assertThat(outcome(server, login("bob").withReplication(mode))).isInstanceOf(Identity.class);
                assertThat(outcome(server, login("root").withReplication(mode))).isInstanceOf(Identity.class);
                assertThat(refusal(server, login("ann").withReplication(mode)))
                        .isEqualTo("42501 must be superuser or replication role to start walsender");
            }
        }
    }

    @Test
    void a_certificate_names_its_user() throws Exception {
        LinuxDisk disk = new LinuxDisk();
        Certificates certificates = Certificates.in(directory).server("server").client("bob").client("ann");
        ServerTls tls = ServerTls.read(disk, certificates.certificate("server"), certificates.key("server"),
                certificates.authority());
        try (LoginServer server = new LoginServer("hostssl all all all cert", users, tls, null)) {
            ClientTls bob = ClientTls.verifyFull(disk, certificates.authority(), certificates.certificate("bob"),
                    certificates.key("bob"));
            assertThat(outcome(server, login("bob").withTls(bob))).isEqualTo(new Identity("bob", false, true));
            assertThat(refusal(server, login("ann").withTls(bob)))
                    .isEqualTo("28000 certificate authentication failed for user \"ann\"");
            assertThat(refusal(server, login("bob").withTls(ClientTls.verifyFull(disk, certificates.authority()))))
                    .isEqualTo("28000 connection requires a valid client certificate");
            assertThat(refusal(server, login("bob"))).endsWith("database \"db\", no encryption");
        }
    }

    @Test
    void users_that_cannot_be_read_are_the_servers_fault() throws Exception {
        Files.setPosixFilePermissions(directory.resolve(Users.FILE), PosixFilePermissions.fromString("rw-r--r--"));
        try (LoginServer server = server(SCRAM, null); LoginServer trusting = server(TRUST, null)) {
            assertThat(refusal(server, login("ann"))).isEqualTo("58030 could not find out who may log in");
            assertThat(refusal(trusting, login("ann"))).isEqualTo("58030 could not find out who may log in");
            assertThat(outcome(trusting, login("owner"))).isEqualTo(new Identity("owner", true, true));
        }
    }

    @Test
    void a_client_that_only_wanted_to_know_whether_a_password_is_asked_for_is_no_refusal() throws Exception {
        try (LoginServer server = server(SCRAM, null)) {
            Address address = server.address();
            assertThatThrownBy(() -> WireClient.connect(address, login("ann").withPassword(null)))
                    .hasMessageContaining("none was given");
            assertThat(server.outcomes.poll(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class)
                    .isNotInstanceOf(SqlException.class);
        }
    }

    @Test
    void a_client_that_answers_with_nonsense_is_refused_and_nothing_worse() throws Exception {
        long seed = 28;
        Random random = new Random(seed);
        try (LoginServer server = server(SCRAM, null)) {
            for (int run = 0; run < 300; run++) {
                try (Socket socket = new Socket("127.0.0.1", ((Address.Host) server.address()).port())) {
                    socket.getOutputStream().write(startup());
                    byte[] nonsense = new byte[random.nextInt(200)];
                    random.nextBytes(nonsense);
                    if (random.nextBoolean() && nonsense.length > 25) {
                        ByteBuffer.wrap(nonsense).put((byte) 'p').putInt(4 + random.nextInt(nonsense.length))
                                .put("SCRAM-SHA-256\0".getBytes(StandardCharsets.US_ASCII)).putInt(random.nextInt(150));
                    }
                    socket.getOutputStream().write(nonsense);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (java.net.SocketException e) {
                    // The server had heard enough.
                }
                assertThat(server.outcomes.poll(10, TimeUnit.SECONDS)).as("seed %d run %d", seed, run)
                        .isInstanceOfAny(SqlException.class, IOException.class);
            }
        }
    }

    private static byte[] startup() {
        byte[] text = "user\0ann\0database\0db\0\0".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + text.length).putInt(8 + text.length).putInt(3 << 16).put(text).array();
    }
}
