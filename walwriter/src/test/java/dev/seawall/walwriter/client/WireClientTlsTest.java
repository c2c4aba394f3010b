package dev.seawall.walwriter.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.client.Login.Replication;
import dev.seawall.walwriter.tls.ClientTls;
import dev.seawall.witness.Certificates;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The client against a real PostgreSQL 15 with TLS.
final class WireClientTlsTest {

    @TempDir
    static Path directory;

    private static final LinuxDisk DISK = new LinuxDisk();
    private static PostgresServer server;
    private static Certificates certificates;

    @BeforeAll
    static void start() throws IOException {
        server = PostgresServer.create().listenOnLoopback();
        certificates = Certificates.in(directory).server("server").client("postgres");
        Files.copy(certificates.authority(), server.data().resolve("ca.crt"));
        Files.copy(certificates.certificate("server"), server.data().resolve("server.crt"));
        Files.copy(certificates.key("server"), server.data().resolve("server.key"), StandardCopyOption.COPY_ATTRIBUTES);
        server.configure("ssl=on", "ssl_ca_file='ca.crt'").rules("""
                local all all trust
                hostssl postgres postgres 127.0.0.1/32 cert
                hostssl all,replication all 127.0.0.1/32 scram-sha-256
                """).start();
        server.sql("create role u login replication password 'secret'");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Address host(String name) {
        return new Address.Host(name, server.port());
    }

    private static Login login() {
        return Login.of("u", "test").withPassword("secret");
    }

    private static String encryption(WireClient client) throws IOException {
        return client.query("select version from pg_stat_ssl where pid = pg_backend_pid()").value();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_password_is_proven_over_tls(String version) throws IOException {
        server.sql("alter system set ssl_max_protocol_version = '" + version + "'");
        server.sql("select pg_reload_conf()");
        ClientTls tls = ClientTls.verifyFull(DISK, certificates.authority());
        String used = "";
        // The server's reload takes its time.
        while (!used.equals(version)) {
            try (WireClient client = WireClient.connect(host("localhost"), login().withTls(tls))) {
                used = encryption(client);
            }
        }
        assertThat(used).isEqualTo(version);
    }

    @Test
    void a_certificate_of_our_own_logs_in() throws IOException {
        ClientTls tls = ClientTls.verifyFull(DISK, certificates.authority(), certificates.certificate("postgres"),
                certificates.key("postgres"));
        try (WireClient client = WireClient.connect(host("127.0.0.1"), Login.of("postgres", "test").withTls(tls))) {
            assertThat(client.query("select current_user").value()).isEqualTo("postgres");
        }
    }

    @Test
    void large_results_and_log_stream_over_tls() throws IOException {
        Login login = login().withTls(ClientTls.require());
        try (WireClient client = WireClient.connect(host("127.0.0.1"), login);
                WireClient stream = WireClient.connect(host("127.0.0.1"),
                        login.withReplication(Replication.PHYSICAL))) {
            assertThat(client.query("select repeat('x', 3000000)").value()).hasSize(3_000_000);
            String at = stream.query("IDENTIFY_SYSTEM").rows().getFirst().get(2);
            CopyBoth copy = stream.copyBoth("START_REPLICATION PHYSICAL " + at);
            copy.send(out -> out.int8('r').int64(0).int64(0).int64(0).int64(0).int8(1));
            assertThat(copy.next()).isTrue();
            copy.end();
        }
    }

    @Test
    void a_server_of_another_name_or_authority_is_not_told_anything() throws IOException {
        ClientTls tls = ClientTls.verifyFull(DISK, certificates.authority());
        assertThatThrownBy(() -> WireClient.connect(host("127.0.1.1"), login().withTls(tls)))
                .isInstanceOf(IOException.class);
        Path other = Files.createDirectory(directory.resolve("other"));
        ClientTls believing = ClientTls.verifyFull(DISK, Certificates.in(other).authority());
        assertThatThrownBy(() -> WireClient.connect(host("localhost"), login().withTls(believing)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void a_server_without_tls_is_refused_when_it_was_asked_for() {
        try (PostgresServer plain = PostgresServer.create().listenOnLoopback().start()) {
            Address address = new Address.Host("127.0.0.1", plain.port());
            assertThatThrownBy(() -> WireClient.connect(address, login().withTls(ClientTls.require())))
                    .hasMessageContaining("does not support TLS, but it was asked for");
        }
    }
}
