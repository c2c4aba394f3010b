package dev.seawall.walwriter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.auth.scram.ScramVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UsersTest {

    private static final SystemWorld WORLD = new SystemWorld();

    @TempDir
    Path directory;

    private Users users() {
        return new Users(new LinuxDisk(), directory, WORLD);
    }

    private static User user(String name) {
        return new User(name, false, true, ScramVerifier.make("secret", new Random(1)));
    }

    @Test
    void users_are_kept_in_a_file_that_only_its_owner_reads() throws IOException {
        assertThat(users().list()).isEmpty();
        users().put(user("bob"));
        users().put(new User("ann smith", true, false, null));

        assertThat(users().list()).extracting(User::name).containsExactly("ann smith", "bob");
        assertThat(users().find("bob")).hasValueSatisfying(bob -> {
            assertThat(bob.attributes()).containsExactly("replication");
            assertThat(bob.verifier()).isNotNull();
        });
        assertThat(users().find("ann smith")).hasValueSatisfying(ann -> assertThat(ann.verifier()).isNull());
        assertThat(users().find("ann")).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        assertThat(Files.readString(file())).contains("\nann smith:superuser:\nbob:replication:SCRAM-SHA-256$4096:")
                .doesNotContain("secret");
    }

    private Path file() {
        return directory.resolve(Users.FILE);
    }

    @Test
    void a_change_by_another_process_holds_at_once() throws IOException {
        Users serving = users();
        assertThat(serving.find("bob")).isEmpty();
        users().put(user("bob"));
        assertThat(serving.find("bob")).isPresent();
        assertThat(users().remove("bob")).isTrue();
        assertThat(serving.find("bob")).isEmpty();
        assertThat(users().remove("bob")).isFalse();
    }

    @Test
    void what_mocks_are_made_of_outlives_the_process_and_every_change() throws IOException {
        Users first = users();
        first.put(user("bob"));
        byte[] secret = first.secret();
        users().put(user("ann"));
        users().remove("bob");
        assertThat(users().secret()).isEqualTo(secret).hasSizeGreaterThan(40);
    }

    @Test
    void a_file_that_others_can_read_is_refused_with_what_to_do() throws IOException {
        users().put(user("bob"));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> users().find("bob")).isInstanceOf(IOException.class)
                .hasMessageContaining("mode 0644").hasMessageContaining("\nHINT: chmod 600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob", "bob:superuser", "bob:root:", "bob::md5abc", "bob::\nbob::", ":x:y", "bo\tb::"})
    void a_line_that_is_no_user_is_named(String line) throws IOException {
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file(), "# hello\n\n" + line + "\n");

        assertThatThrownBy(() -> users().list()).isInstanceOf(IOException.class)
                .hasMessageContaining(Users.FILE + "\", line ").hasMessageContaining("HINT: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a\nb", "#a", "ääääääääääääääääääääääääääääääää"})
    void such_a_name_cannot_be_given(String name) {
        assertThatThrownBy(() -> new User(name, false, false, null)).isInstanceOf(IllegalArgumentException.class);
    }

    /// Power is cut at every point of a change, many ways.
    @Test
    void after_a_power_cut_there_are_the_old_users_or_the_new_ones() throws IOException {
        Path home = Path.of("/cluster");
        int done = 0;
        int cut = 0;
        for (long seed = 1; seed <= 400; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            disk.makeDirectories(home);
            disk.strictDirectories(true);
            Users users = new Users(disk, home, WORLD);
            users.put(user("ann"));
            boolean isDone = change(disk, users, seed);
            disk.crash();
            disk.restart();
            List<String> names = new Users(disk, home, WORLD).list().stream().map(User::name).toList();
            if (isDone) {
                done++;
                assertThat(names).as("seed %d", seed).containsExactly("ann", "bob");
            } else {
                cut++;
                assertThat(names).as("seed %d", seed).isIn(List.of("ann"), List.of("ann", "bob"));
                // What the crash left is in nobody's way.
                new Users(disk, home, WORLD).put(user("eve"));
            }
        }
        assertThat(done).isPositive();
        assertThat(cut).isPositive();
    }

    private static boolean change(SimulatedDisk disk, Users users, long seed) throws IOException {
        disk.cutPower(Fault.Phase.values()[(int) (seed % 3)], 1 + seed / 3 % 7);
        try {
            users.put(user("bob"));
            return true;
        } catch (PowerCut e) {
            return false;
        }
    }
}
