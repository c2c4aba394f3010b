package dev.seawall.tools.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.tools.Directories;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.auth.User;
import dev.seawall.walwriter.auth.Users;
import dev.seawall.walwriter.auth.scram.ScramVerifier;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.process.WalServer;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.witness.Certificates;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// psql logs in to a served cluster in every way there is, or does not.
final class LoginWitnessTest {

    private static final String OWNER = System.getProperty("user.name");
    private static final int GUESSERS = 20;
    private static final int GUESSES = 10;
    private static final String SECRET = "s3cret ö";

    private static final Disk DISK = new LinuxDisk();
    private static final World WORLD = new SystemWorld();
    private static Path home;
    private static Path cluster;
    private static int port;
    private static Certificates certificates;
    private static LiveSettings settings;
    private static Seawall seawall;
    private static WalServer server;

    @BeforeAll
    static void serve() throws IOException {
        // Short, for the socket's path.
        home = Files.createTempDirectory(Path.of("/tmp"), "sw");
        cluster = home.resolve("c");
        Seawall.init(DISK, WORLD, cluster, ClusterInit.Options.of(7_000_000_000_000_000_003L));
        certificates = Certificates.in(cluster).server("server").client("bob").client("stranger");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Users users = new Users(DISK, cluster, WORLD);
        users.put(new User("ann", false, false, ScramVerifier.make(SECRET, WORLD.secrets())));
        users.put(new User("bob", false, true, ScramVerifier.make(SECRET, WORLD.secrets())));
        rules("""
                local   all,replication all                  peer
                hostssl certdb          all     127.0.0.1/32 cert
                host    trusting        all     127.0.0.1/32 trust
                host    closed          all     127.0.0.1/32 reject
                host    all,replication all     127.0.0.1/32 scram-sha-256
                """);
        Files.writeString(cluster.resolve("seawall.conf"), "port = " + port + "\nlisten_addresses = '127.0.0.1'\n"
                + "ssl = on\nssl_ca_file = 'ca.crt'\n");
        settings = LiveSettings.load(() -> Settings.load(DISK, cluster, Map.of(), Map.of()));
        seawall = Seawall.open(DISK, WORLD, cluster, SeawallOptions.DEFAULT);
        server = seawall.serve(settings);
    }

    private static void rules(String text) throws IOException {
        Files.writeString(cluster.resolve("pg_hba.conf"), text);
    }

    @AfterAll
    static void close() throws IOException {
        try (Seawall last = seawall; WalServer first = server) {
            assertThat(last).isNotSameAs(first);
        } finally {
            Directories.remove(home);
        }
    }

    /// @param options of the connection, besides the port
    private static PostgresPrograms.Output psql(String options, String password) {
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("psql").toString(), "-X", "-qAt", "-c",
                "select version()", "port=" + port + " " + options));
        Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "C.UTF-8", "PGPASSWORD", password, "HOME",
                home.toString()));
        return PostgresPrograms.execute(command, environment);
    }

    private static void assertIn(String options, String password) {
        PostgresPrograms.Output output = psql(options, password);
        assertThat(output.out()).as("%s: %s", options, output.err()).startsWith("PostgreSQL 15");
    }

    private static void assertOut(String options, String password, String reason) {
        PostgresPrograms.Output output = psql(options, password);
        assertThat(output.exitCode()).as(options).isEqualTo(2);
        assertThat(output.err()).as(options).contains(reason);
    }

    @Test
    void a_password_opens_and_a_wrong_one_does_not() {
        for (String mode : new String[] {"disable", "require"}) {
            String options = "host=127.0.0.1 user=ann dbname=x sslmode=" + mode;
            assertIn(options, SECRET);
            assertOut(options, "wrong", "FATAL:  password authentication failed for user \"ann\"");
            assertOut(options, "", "no password supplied");
        }
        assertOut("host=127.0.0.1 user=nobody dbname=x", SECRET,
                "FATAL:  password authentication failed for user \"nobody\"");
    }

    @Test
    void a_crowd_that_guesses_passwords_is_refused_and_keeps_nobody_from_committing() throws Exception {
        Address tcp = new Address.Host("127.0.0.1", port);
        ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
        AtomicInteger running = new AtomicInteger(GUESSERS);
        for (int i = 0; i < GUESSERS; i++) {
            String user = i % 2 == 0 ? "ann" : "nobody";
            Thread.ofVirtual().start(() -> {
                try {
                    for (int guess = 0; guess < GUESSES; guess++) {
                        answers.add(answer(tcp, Login.of(user, "guesser").withPassword("guess " + guess)));
                    }
                } finally {
                    running.decrementAndGet();
                }
            });
        }
        int commits = 0;
        try (WireClient client = WireClient.connect(new Address.UnixSocket(cluster.resolve(".s.PGSQL." + port)),
                Login.of(OWNER, "committer"))) {
            while (running.get() > 0) {
                client.query("select pg_logical_emit_message(true, 'x', 'beside the guessers')");
                commits++;
            }
        }

        assertThat(answers).hasSize(GUESSERS * GUESSES).containsOnly("28P01");
        assertThat(commits).isPositive();
        assertIn("host=127.0.0.1 user=ann dbname=x", SECRET);
    }

    private static String answer(Address address, Login login) {
        try (WireClient in = WireClient.connect(address, login)) {
            return "in, as " + in.pid();
        } catch (ServerException e) {
            return e.sqlState();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void a_client_that_would_bind_the_channel_gets_in_and_one_that_must_does_not() {
        assertIn("host=127.0.0.1 user=ann dbname=x sslmode=require channel_binding=prefer", SECRET);
        assertOut("host=127.0.0.1 user=ann dbname=x sslmode=require channel_binding=require", SECRET,
                "channel binding");
    }

    @Test
    void the_owner_gets_in_at_the_unix_socket_and_as_nobody_else() {
        assertIn("host=" + cluster + " user=" + OWNER + " dbname=x", "");
        assertOut("host=" + cluster + " user=ann dbname=x", "", "FATAL:  Peer authentication failed for user \"ann\"");
    }

    @Test
    void a_server_is_known_by_its_certificate() throws IOException {
        Path authority = certificates.authority();
        assertIn("host=localhost hostaddr=127.0.0.1 user=ann dbname=x sslmode=verify-full sslrootcert=" + authority,
                SECRET);
        assertOut("host=elsewhere hostaddr=127.0.0.1 user=ann dbname=x sslmode=verify-full sslrootcert=" + authority,
                SECRET,
                "does not match host name \"elsewhere\"");
        Path other = Files.createDirectory(home.resolve("other"));
        assertOut("host=localhost user=ann dbname=x sslmode=verify-full sslrootcert="
                + Certificates.in(other).authority(),
                SECRET, "certificate verify failed");
    }

    @Test
    void a_certificate_opens_for_whom_it_names() {
        String bob = " sslmode=verify-full sslrootcert=" + certificates.authority() + " sslcert="
                + certificates.certificate("bob") + " sslkey=" + certificates.key("bob");
        assertIn("host=localhost hostaddr=127.0.0.1 user=bob dbname=certdb" + bob, "");
        assertOut("host=localhost hostaddr=127.0.0.1 user=ann dbname=certdb" + bob, "",
                "FATAL:  certificate authentication failed for user \"ann\"");
        assertOut("host=127.0.0.1 user=bob dbname=certdb sslmode=require", "",
                "FATAL:  connection requires a valid client certificate");
        String stranger = " sslmode=require sslcert=" + certificates.certificate("stranger") + " sslkey="
                + certificates.key("stranger");
        assertOut("host=127.0.0.1 user=stranger dbname=certdb" + stranger, "", "role \"stranger\" does not exist");
    }

    /// It would bind the channel if it could, and keeps its key in another form.
    @Test
    void pgjdbc_logs_in_by_password_with_and_without_tls() throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/x?user=ann&sslmode=";
        for (String mode : List.of("disable", "require", "verify-full&sslrootcert=" + certificates.authority())) {
            Properties password = new Properties();
            password.setProperty("password", SECRET);
            try (Connection connection = DriverManager.getConnection(url + mode, password);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select version()")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).as(mode).startsWith("PostgreSQL 15");
            }
            password.setProperty("password", "wrong");
            assertThatThrownBy(() -> DriverManager.getConnection(url + mode, password))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void rules_decide_in_their_order() {
        assertIn("host=127.0.0.1 user=bob dbname=trusting", "");
        assertOut("host=127.0.0.1 user=nobody dbname=trusting", "", "FATAL:  role \"nobody\" does not exist");
        assertOut("host=127.0.0.1 user=ann dbname=closed sslmode=require", SECRET,
                "FATAL:  pg_hba.conf rejects connection for host \"127.0.0.1\", user \"ann\", database \"closed\", "
                        + "SSL encryption");
    }

    @Test
    void streaming_is_for_who_may() {
        PostgresPrograms.Output bob = receive("bob");
        assertThat(bob.exitCode()).as(bob.err()).isZero();
        assertThat(receive("ann").err()).contains("must be superuser or replication role to start walsender");
    }

    private static PostgresPrograms.Output receive(String user) {
        return PostgresPrograms.execute(List.of(PostgresPrograms.find("pg_receivewal").toString(), "--create-slot",
                "--slot", "s_" + user, "-w", "-d", "host=127.0.0.1 sslmode=require port=" + port + " user=" + user),
                Map.of("LC_ALL", "C", "PGPASSWORD", SECRET, "HOME", home.toString()));
    }

    /// A renewed certificate has the same name, and so have rules that were edited.
    @Test
    void a_reload_reads_the_certificate_and_the_rules_again() throws IOException {
        Path renewed = Files.createDirectory(home.resolve("renewed"));
        Certificates next = Certificates.in(renewed).server("server");
        String options = "host=localhost hostaddr=127.0.0.1 user=ann dbname=x sslmode=verify-full sslrootcert=";
        byte[] oldCertificate = Files.readAllBytes(certificates.certificate("server"));
        byte[] oldKey = Files.readAllBytes(certificates.key("server"));
        String oldRules = Files.readString(cluster.resolve("pg_hba.conf"));
        try {
            Files.write(certificates.certificate("server"), Files.readAllBytes(next.certificate("server")));
            Files.write(certificates.key("server"), Files.readAllBytes(next.key("server")));
            rules("host closed all 127.0.0.1/32 trust\n" + oldRules);
            assertIn(options + certificates.authority(), SECRET);
            settings.reload();
            assertIn(options + next.authority(), SECRET);
            assertOut(options + certificates.authority(), SECRET, "certificate verify failed");
            assertIn("host=127.0.0.1 user=ann dbname=closed", "");
        } finally {
            Files.write(certificates.certificate("server"), oldCertificate);
            Files.write(certificates.key("server"), oldKey);
            rules(oldRules);
            settings.reload();
        }
        assertIn(options + certificates.authority(), SECRET);
    }
}
