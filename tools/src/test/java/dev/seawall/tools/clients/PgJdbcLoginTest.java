package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.tools.Captured;
import dev.seawall.tools.Directories;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.witness.Certificates;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// pgjdbc and psql log in by TCP at the walwriter's process: by password, by TLS, by certificate.
final class PgJdbcLoginTest {

    private static Path home;
    private static Path cluster;
    private static Certificates certificates;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        home = Files.createTempDirectory(Path.of("/tmp"), "swl");
        cluster = home.resolve("c");
        walctl("init", "-D", cluster.toString(), "--wal-sync-method", "fdatasync");
        certificates = Certificates.in(Files.createDirectory(home.resolve("tls"))).server("server").client("carol");
        certificates.openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in",
                certificates.key("carol").toString(), "-out", home.resolve("carol.pk8").toString());
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(cluster.resolve("seawall.conf"), String.join("\n", "", "port = " + port,
                "listen_addresses = '127.0.0.1'", "ssl = on",
                "ssl_cert_file = '" + certificates.certificate("server") + "'",
                "ssl_key_file = '" + certificates.key("server") + "'",
                "ssl_ca_file = '" + certificates.authority() + "'", ""), StandardOpenOption.APPEND);
        Files.writeString(cluster.resolve("pg_hba.conf"), String.join("\n", "local all all peer",
                "hostssl all carol 127.0.0.1/32 cert", "hostssl all sally 127.0.0.1/32 scram-sha-256",
                "hostnossl all sally 127.0.0.1/32 reject", "host all all 127.0.0.1/32 scram-sha-256", ""));
        addUser("bob", "b\u00f6b's password");
        addUser("sally", "sally's");
        walctl("user", "add", "carol", "--no-password", "-D", cluster.toString());
        walctl("start", "-D", cluster.toString(), "--only", "walwriter");
    }

    private static void addUser(String name, String password) throws IOException {
        Path file = Files.writeString(home.resolve("password"), password + "\n");
        walctl("user", "add", name, "--password-file", file.toString(), "-D", cluster.toString());
        Files.delete(file);
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            walctl("stop", "-D", cluster.toString(), "-m", "fast");
        } finally {
            Directories.remove(home);
        }
    }

    private static void walctl(String... arguments) {
        Captured ran = Captured.run(new Walctl(), arguments);
        assertThat(ran.code()).as("walctl %s: %s%s", List.of(arguments), ran.out(), ran.err()).isZero();
    }

    private static Connection connect(String user, String password, String parameters) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?" + parameters, user, password);
    }

    private static void refused(String user, String password, String parameters, String state) {
        assertThatThrownBy(() -> connect(user, password, parameters).close()).isInstanceOf(SQLException.class)
                .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo(state);
    }

    @Test
    void a_user_logs_in_by_password() throws SQLException {
        try (Connection connection = connect("bob", "b\u00f6b's password", "sslmode=disable")) {
            assertThat(JdbcLog.value(connection, "select current_user")).isEqualTo("bob");
            JdbcLog.emit(connection, "by password");
            assertThat(JdbcLog.value(connection, "show is_superuser")).isEqualTo("off");
            assertThatThrownBy(() -> JdbcLog.value(connection, "select pg_switch_wal()"))
                    .extracting(thrown -> ((SQLException) thrown).getSQLState()).isEqualTo("42501");
        }
    }

    @Test
    void a_wrong_password_and_an_unknown_user_are_refused_alike() {
        refused("bob", "wrong", "sslmode=disable", "28P01");
        refused("nobody", "wrong", "sslmode=disable", "28P01");
    }

    @Test
    void tls_is_spoken_and_the_servers_name_is_verified() throws SQLException {
        for (String mode : List.of("sslmode=require", "sslmode=verify-ca&sslrootcert=" + certificates.authority(),
                "sslmode=verify-full&sslrootcert=" + certificates.authority())) {
            try (Connection connection = connect("sally", "sally's", mode)) {
                JdbcLog.emit(connection, mode);
                assertThat(JdbcLog.value(connection, "select repeat('long', 100000)")).hasSize(400_000);
            }
        }
    }

    @Test
    void a_rule_may_demand_tls() {
        refused("sally", "sally's", "sslmode=disable", "28000");
    }

    @Test
    void a_certificate_is_a_login() throws SQLException {
        String files = "&sslrootcert=" + certificates.authority() + "&sslcert=" + certificates.certificate("carol")
                + "&sslkey=" + home.resolve("carol.pk8");
        try (Connection connection = connect("carol", "", "sslmode=verify-full" + files)) {
            assertThat(JdbcLog.value(connection, "select current_user")).isEqualTo("carol");
        }
        refused("carol", "", "sslmode=require", "28000");
    }

    @Test
    void psql_logs_in_by_tls_and_password() {
        PostgresPrograms.Output output = PostgresPrograms.execute(
                List.of(PostgresPrograms.find("psql").toString(), "-X", "-At",
                        "host=127.0.0.1 port=" + port + " user=sally dbname=postgres sslmode=verify-full sslrootcert="
                                + certificates.authority(), "-c", "\\conninfo", "-c", "select current_user"),
                Map.of("LC_ALL", "C", "PGPASSWORD", "sally's"));
        assertThat(output.orFail()).contains("SSL connection (protocol: TLSv1.3").endsWith("sally\n");
    }
}
