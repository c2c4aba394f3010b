package dev.seawall.wal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.Disk.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxDiskTest implements DiskContract {

    @TempDir
    Path directory;

    private final LinuxDisk disk = new LinuxDisk();

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Test
    void files_are_their_owners_only() throws IOException {
        create("f").close();
        disk.createDirectory(at("d"));

        assertThat(Files.getPosixFilePermissions(at("f")).toString()).doesNotContain("GROUP", "OTHERS");
        assertThat(Files.getPosixFilePermissions(at("d")).toString()).doesNotContain("GROUP", "OTHERS");
    }

    @Test
    void a_full_file_system_has_an_exception_of_its_own() throws IOException {
        // Every write to this device ends with ENOSPC.
        try (DiskFile full = disk.open(Path.of("/dev/full"), Set.of())) {
            assertThatThrownBy(() -> full.write(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessageContaining("/dev/full").hasMessageContaining("errno 28");
        }
    }

    @Test
    void an_error_names_the_call_the_path_and_the_systems_words() {
        assertThatThrownBy(() -> disk.open(directory, Set.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("open of " + directory)
                .hasMessageContaining("Is a directory (errno 21)");
    }

    @Test
    void a_path_beyond_ascii_is_found_again() throws IOException {
        Path name = directory.resolve("wal-\u00e4\u20ac");
        disk.open(name, Set.of(Open.CREATE_NEW)).close();

        assertThat(Files.exists(name)).isTrue();
        assertThat(disk.list(directory)).containsExactly("wal-\u00e4\u20ac");
    }

    @Test
    void what_lies_beyond_a_file_is_not_taken_for_absent() throws IOException {
        create("f").close();

        assertThatThrownBy(() -> disk.exists(at("f/below"))).isInstanceOf(IOException.class)
                .hasMessageContaining("Not a directory");
    }

    @Test
    void closing_in_the_middle_of_other_threads_calls_never_reaches_another_file() throws Exception {
        for (int round = 0; round < 50; round++) {
            DiskFile file = disk.open(at("victim"), Set.of(Open.CREATE));
            CountDownLatch started = new CountDownLatch(1);
            Thread writer = Thread.ofPlatform().start(() -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(8192);
                try {
                    while (true) {
                        file.write(bytes.clear(), 0);
                        started.countDown();
                    }
                } catch (IllegalStateException | IOException e) {
                    // Closed under us: what this test is about.
                }
            });
            started.await();
            file.close();
            try (DiskFile other = disk.open(at("bystander"), Set.of(Open.CREATE))) {
                writer.join();
                assertThat(other.size()).isZero();
            }
        }
    }
}
