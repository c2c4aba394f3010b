package dev.seawall.tools.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.auth.User;
import dev.seawall.walwriter.auth.Users;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserCommandTest {

    @TempDir
    Path directory;

    private Path cluster;

    @BeforeEach
    void init() {
        cluster = directory.resolve("cluster");
        assertThat(Captured.run(new Walctl(), "init", "-D", cluster.toString(),
                "--wal-sync-method", "fsync").code()).isZero();
    }

    private Captured user(String... arguments) {
        List<String> all = new ArrayList<>(List.of("user"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-D", cluster.toString()));
        return Captured.run(new Walctl(), all.toArray(String[]::new));
    }

    private Captured typing(String input, String... arguments) {
        InputStream real = System.in;
        try {
            System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            return user(arguments);
        } finally {
            System.setIn(real);
        }
    }

    private List<User> users() throws IOException {
        return new Users(new LinuxDisk(), cluster, new SystemWorld()).list();
    }

    @Test
    void users_are_added_with_a_password_from_standard_input_or_a_file_and_listed() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "pässwörd\nmore\n");

        assertThat(typing("secret\n", "add", "bob", "--replication").out()).startsWith("added user \"bob\"\n")
                .contains("psql -h localhost -p 5432 -U bob");
        assertThat(user("add", "ann", "--superuser", "--password-file", file.toString()).code()).isZero();
        assertThat(user("add", "eve", "--no-password").out()).contains("peer, trust or cert");

        assertThat(user("list").out()).isEqualTo("ann: superuser\nbob: replication\neve (no password)\n");
        assertThat(user("list", "--json").out()).isEqualTo(
                "[{\"name\":\"ann\",\"superuser\":true,\"replication\":false,\"password\":true},"
                        + "{\"name\":\"bob\",\"superuser\":false,\"replication\":true,\"password\":true},"
                        + "{\"name\":\"eve\",\"superuser\":false,\"replication\":false,\"password\":false}]\n");
        assertThat(Files.readString(cluster.resolve(Users.FILE))).doesNotContain("secret").doesNotContain("pässwörd");
    }

    @Test
    void a_password_is_changed_and_what_the_user_may_stays() throws IOException {
        typing("one\n", "add", "bob", "--replication");
        String before = users().getFirst().verifier().text();

        assertThat(typing("two\n", "passwd", "bob").code()).isZero();
        assertThat(users().getFirst().verifier().text()).isNotEqualTo(before);
        assertThat(users().getFirst().mayReplicate()).isTrue();
    }

    @Test
    void a_user_is_removed() throws IOException {
        user("add", "eve", "--no-password");
        assertThat(user("remove", "eve").out()).isEqualTo("removed user \"eve\"\n");
        assertThat(users()).isEmpty();
        assertThat(user("list").err()).contains("only the owner").contains("HINT: \"walctl user add NAME\"");
    }

    @Test
    void what_cannot_be_done_is_said_and_nothing_is_changed() throws IOException {
        user("add", "eve", "--no-password");
        assertThat(user("add", "eve", "--no-password").code()).isEqualTo(5);
        assertThat(user("remove", "bob").code()).isEqualTo(1);
        assertThat(user("passwd", "bob").err()).contains("there is no user \"bob\"").contains("HINT: ");
        assertThat(user("add", "a:b", "--no-password").code()).isEqualTo(2);
        assertThat(typing("\n", "add", "bob").err()).contains("the password is empty");
        assertThat(user("add", "bob", "--password-file", "/nowhere").code()).isEqualTo(1);
        assertThat(Captured.run(new Walctl(), "user").code()).isEqualTo(2);
        assertThat(Captured.run(new Walctl(), "user", "list", "-D", directory.toString()).code()).isEqualTo(1);
        assertThat(users()).extracting(User::name).containsExactly("eve");
    }
}
