package dev.seawall.walwriter.walreceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.Login.Replication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a connection string means.
final class ConnectionStringTest {

    private static final Disk DISK = new LinuxDisk();

    @TempDir
    private Path directory;

    private List<Endpoint> endpoints(String text) throws IOException {
        String home = " passfile=" + directory.resolve("none");
        return ConnectionString.parse(text.contains("://") || text.contains("passfile") ? text : text + home)
                .endpoints(DISK, Replication.PHYSICAL);
    }

    private Login login(String text) throws IOException {
        return endpoints(text).getFirst().ways().getFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "host=db1 | db1:5432",
        "host = db1 port = 77 | db1:77",
        "host=db1,db2 port=1,2 | db1:1 db2:2",
        "host=db1,db2 port=9 | db1:9 db2:9",
        "host=db1 hostaddr=10.0.0.1 | 10.0.0.1:5432",
        "postgresql://db1 | db1:5432",
        "postgresql://db1:6000/mydb | db1:6000",
        "postgres://u:p@db1,db2:6000/x?connect_timeout=3 | db1:5432 db2:6000",
        "postgresql://[2001:db8::1]:7/ | 2001:db8::1:7",
        "postgresql://u@/x?host=db1&port=8 | db1:8",
        "postgresql://%2Ftmp%2Fs/x | /tmp/s/.s.PGSQL.5432",
        "host=/tmp/s port=6 | /tmp/s/.s.PGSQL.6",
    })
    void it_says_where(String text, String expected) throws IOException {
        assertThat(endpoints(text)).extracting(endpoint -> switch (endpoint.address()) {
            case Address.Host(var host, var port) -> host + ":" + port;
            case Address.UnixSocket(var path) -> path.toString();
        }).containsExactly(expected.split(" "));
    }

    @Test
    void it_says_as_whom() throws IOException {
        Login login = login("host=h user='a b' password='it\\'s \\\\x' application_name=n connect_timeout=7 dbname=d");

        assertThat(login.user()).isEqualTo("a b");
        assertThat(login.password()).isEqualTo("it's \\x");
        assertThat(login.applicationName()).isEqualTo("n");
        assertThat(login.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(login.database()).isEqualTo("replication");
        assertThat(login.replication()).isEqualTo(Replication.PHYSICAL);
        assertThat(login("postgresql://a%20b:p%40%C3%A4@h/?application_name=x%3Dy"))
                .satisfies(uri -> assertThat(uri.user()).isEqualTo("a b"))
                .satisfies(uri -> assertThat(uri.password()).isEqualTo("p@ä"))
                .satisfies(uri -> assertThat(uri.applicationName()).isEqualTo("x=y"));
        assertThat(login("host=h").user()).isEqualTo(System.getProperty("user.name"));
        assertThat(login("host=h connect_timeout=1").timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(ConnectionString.parse("host=h dbname=d").endpoints(DISK, Replication.DATABASE).getFirst().ways()
                .getFirst().database()).isEqualTo("d");
    }

    @Test
    void a_name_for_the_application_is_taken_if_it_has_none() {
        assertThat(ConnectionString.parse("host=h").orApplicationName("n").applicationName()).isEqualTo("n");
        assertThat(ConnectionString.parse("host=h application_name=a").orApplicationName("n").applicationName())
                .isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "disable, -", "allow, - tls", "prefer, tls -", "require, tls"
    })
    void the_ways_to_encrypt_are_tried_in_order(String mode, String expected) throws IOException {
        assertThat(endpoints("host=h sslmode=" + mode).getFirst().ways())
                .extracting(way -> way.tls() == null ? "-" : "tls").containsExactly(expected.split(" "));
        assertThat(endpoints("host=/tmp sslmode=" + mode).getFirst().ways()).hasSize(1);
    }

    @Test
    void authorities_that_are_named_must_be_there() {
        assertThatThrownBy(() -> endpoints("host=h sslmode=verify-full sslrootcert=" + directory.resolve("none")))
                .isInstanceOf(IOException.class).hasMessageContaining("none");
        assertThatThrownBy(() -> endpoints("host=h sslcert=x")).hasMessageContaining("sslkey");
    }

    @Test
    void a_password_comes_from_the_first_line_of_the_password_file_that_matches() throws IOException {
        Path file = directory.resolve("pass");
        Files.writeString(file, """
                # a comment: not:a:line:x
                other:5432:*:*:wrong
                db1:5432:replication:u:p\\:q\\\\
                *:*:*:\\*:star
                localhost:*:replication:u:local
                *:77:*:*:any
                """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String passfile = " passfile=" + file;

        assertThat(login("host=db1 user=u" + passfile).password()).isEqualTo("p:q\\");
        assertThat(login("host=db2 user=u" + passfile).password()).isNull();
        assertThat(login("host=db2 user=* " + passfile).password()).isEqualTo("star");
        assertThat(login("host=/tmp user=u" + passfile).password()).isEqualTo("local");
        assertThat(login("host=db9 port=77 user=v" + passfile).password()).isEqualTo("any");
        assertThat(login("host=db1 user=u password=mine" + passfile).password()).isEqualTo("mine");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        if (DISK.permissions(file).isPrivate()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        assertThat(login("host=db1 user=u" + passfile).password()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "user=u | names no host",
        "host | missing \"\"=\"\"",
        "host=h extra | missing \"\"=\"\"",
        "host='h | unterminated quoted string",
        "host=h hots=x | invalid connection option \"\"hots\"\"",
        "host=h hots= | invalid connection option \"\"hots\"\"",
        "host=h port=0 | invalid port number: \"\"0\"\"",
        "host=h port=x | invalid port number: \"\"x\"\"",
        "host=a,b port=1,2,3 | could not match 3 port numbers to 2 hosts",
        "host=a,,b | is empty",
        "host=h sslmode=maybe | invalid sslmode value: \"\"maybe\"\"",
        "host=h connect_timeout=x | connection option \"\"connect_timeout\"\"",
        "host=h target_session_attrs=read-write | target_session_attrs=read-write is not supported, only any",
        "host=h channel_binding=require | not supported, only disable and prefer",
        "host=h service=s | \"\"service\"\" is not supported",
        "postgresql://h/?x=1 | invalid connection option \"\"x\"\"",
        "postgresql://h/?x | missing \"\"=\"\"",
        "postgresql://a%zz@h/ | percent-encoded",
        "postgresql://a%00@h/ | percent-encoded",
        "postgresql://[::1/ | without \"\"]\"\"",
    })
    void what_is_wrong_is_named(String text, String words) {
        assertThatThrownBy(() -> ConnectionString.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words.replace("\"\"", "\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "host=h password=geheim", "postgresql://u:geheim@h/", "host=h password='geheim"
    })
    void no_text_shows_the_password(String text) {
        try {
            assertThat(ConnectionString.parse(text).toString()).doesNotContain("geheim").contains("host=h");
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).doesNotContain("geheim");
        }
    }

    @Test
    void what_only_tunes_is_accepted() throws IOException {
        assertThat(endpoints("host=h keepalives=1 keepalives_idle=5 options=-cwork_mem=1MB tcp_user_timeout=1"
                + " gssencmode=prefer target_session_attrs=any channel_binding=prefer sslsni=1 krbsrvname=postgres"))
                .hasSize(1);
    }
}
