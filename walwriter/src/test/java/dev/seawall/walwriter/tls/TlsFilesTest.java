package dev.seawall.walwriter.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.witness.Certificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files as OpenSSL writes them.
final class TlsFilesTest {

    @TempDir
    static Path directory;

    private static final LinuxDisk DISK = new LinuxDisk();
    private static Certificates certificates;

    @BeforeAll
    static void make() {
        certificates = Certificates.in(directory).server("server").client("ann");
    }

    private static Path path(String name) {
        return directory.resolve(name);
    }

    private static PrivateKey key(String name) throws IOException {
        Files.setPosixFilePermissions(path(name), PosixFilePermissions.fromString("rw-------"));
        return PrivateKeyFile.read(DISK, path(name));
    }

    @Test
    void keys_are_read_in_all_the_forms_that_openssl_writes() throws IOException {
        certificates.openssl("genrsa", "-out", path("rsa8").toString(), "2048")
                .openssl("rsa", "-traditional", "-in", path("rsa8").toString(), "-out", path("rsa1").toString())
                .openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", path("ec1").toString())
                .openssl("pkcs8", "-topk8", "-nocrypt", "-in", path("ec1").toString(), "-out", path("ec8").toString())
                .openssl("genpkey", "-algorithm", "ed25519", "-out", path("ed").toString());

        assertThat(Files.readString(path("rsa1"))).contains("BEGIN RSA PRIVATE KEY");
        assertThat(Files.readString(path("ec1"))).contains("BEGIN EC PARAMETERS").contains("BEGIN EC PRIVATE KEY");
        assertThat(key("rsa1")).isEqualTo(key("rsa8"));
        assertThat(key("rsa1").getAlgorithm()).isEqualTo("RSA");
        assertThat(key("ec1").getAlgorithm()).isEqualTo("EC");
        assertThat(((java.security.interfaces.ECPrivateKey) key("ec1")).getS())
                .isEqualTo(((java.security.interfaces.ECPrivateKey) key("ec8")).getS());
        assertThat(key("ed").getAlgorithm()).isEqualTo("EdDSA");
    }

    @Test
    void an_encrypted_key_is_refused_with_what_to_do() throws IOException {
        certificates.openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x", "-out",
                path("encrypted").toString());
        Files.writeString(path("old"), """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """);
        for (String name : new String[] {"encrypted", "old"}) {
            assertThatThrownBy(() -> key(name)).isInstanceOf(IOException.class)
                    .hasMessageContaining("is encrypted\nHINT: \"openssl pkey -in ");
        }
    }

    @Test
    void a_key_that_others_can_read_is_refused_with_what_to_do() throws IOException {
        Path open = Files.copy(certificates.key("server"), path("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> ServerTls.read(DISK, certificates.certificate("server"), open, null))
                .isInstanceOf(IOException.class).hasMessageContaining("has group or world access: mode 0644")
                .hasMessageContaining("\nHINT: chmod 600 ");
    }

    @Test
    void a_key_of_another_certificate_is_refused() {
        assertThatThrownBy(() -> ServerTls.read(DISK, certificates.certificate("server"), certificates.key("ann"),
                null))
                .hasMessageContaining("do not belong together");
        certificates.openssl("genpkey", "-algorithm", "ed25519", "-out", path("other").toString());
        assertThatThrownBy(() -> ServerTls.read(DISK, certificates.certificate("server"), path("other"), null))
                .hasMessageContaining("do not belong together");
    }

    @Test
    void a_file_with_nothing_in_it_is_refused_by_name() throws IOException {
        Files.writeString(path("empty"), "");
        assertThatThrownBy(() -> ServerTls.read(DISK, path("empty"), certificates.key("server"), null))
                .hasMessageContaining("has no certificate").hasMessageContaining("BEGIN CERTIFICATE");
        assertThatThrownBy(() -> key("empty")).hasMessageContaining("has no private key");
        assertThatThrownBy(() -> key("ca.crt")).hasMessageContaining("has no private key");
    }

    @Test
    void damaged_files_are_refused_and_nothing_worse() throws IOException {
        long seed = 7468;
        Random random = new Random(seed);
        certificates.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path("sec1").toString());
        byte[][] sound = {Files.readAllBytes(certificates.key("server")), Files.readAllBytes(path("sec1")),
            Files.readAllBytes(certificates.certificate("server"))};
        Path damaged = path("damaged");
        Files.writeString(damaged, "");
        Files.setPosixFilePermissions(damaged, PosixFilePermissions.fromString("rw-------"));
        int refused = 0;
        for (int run = 0; run < 2000; run++) {
            int which = random.nextInt(sound.length);
            byte[] bytes = sound[which].clone();
            for (int change = 1 + random.nextInt(3); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) "\n-ABCwxyz019+/=:\u00FF".charAt(random.nextInt(16));
            }
            Files.writeString(damaged, new String(bytes, StandardCharsets.ISO_8859_1).substring(
                    0, random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length));
            try {
                if (which == 2) {
                    Pem.certificates(DISK, damaged);
                } else {
                    PrivateKeyFile.read(DISK, damaged);
                }
            } catch (IOException e) {
                refused++;
                assertThat(e).as("seed %d run %d", seed, run).hasMessageContaining("damaged");
            }
        }
        assertThat(refused).isGreaterThan(200);
    }
}
