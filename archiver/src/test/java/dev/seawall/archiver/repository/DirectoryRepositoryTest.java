package dev.seawall.archiver.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.archiver.repository.Repository.Upload;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryRepositoryTest {

    private static final byte[] CONTENT = "the content of an object".repeat(500).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER = "another".getBytes(StandardCharsets.US_ASCII);

    private static byte[] get(Repository repository, String key) throws IOException {
        try (InputStream in = repository.get(key)) {
            return in.readAllBytes();
        }
    }

    @Test
    void a_free_key_is_created_the_same_again_is_identical_and_other_content_a_conflict() throws Exception {
        DirectoryRepository repository = ArchiveFixture.create(1).repository();

        assertThat(repository.putIfAbsent("wal/a/b.zst", CONTENT)).isEqualTo(Put.CREATED);
        assertThat(repository.putIfAbsent("wal/a/b.zst", CONTENT)).isEqualTo(Put.IDENTICAL);
        assertThat(repository.putIfAbsent("wal/a/b.zst", OTHER)).isEqualTo(Put.CONFLICT);
        assertThat(get(repository, "wal/a/b.zst")).isEqualTo(CONTENT);
    }

    @Test
    void what_is_not_there_is_said_to_be_absent_only_with_the_identity_in_sight() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        DirectoryRepository repository = fixture.repository();

        assertThatThrownBy(() -> repository.get("wal/x")).isInstanceOf(NoSuchFileException.class);
        assertThat(repository.holds("wal/x")).isFalse();
        assertThat(repository.list("wal/")).isEmpty();

        // As when its file system is not mounted.
        fixture.disk.delete(ArchiveFixture.REPOSITORY.resolve(RepositoryIdentity.KEY));

        assertThatThrownBy(() -> repository.get("wal/x")).isNotInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no repository in /archive/repository");
        assertThatThrownBy(() -> repository.holds("wal/x")).hasMessageContaining("no repository");
        assertThatThrownBy(() -> repository.list("wal/")).hasMessageContaining("no repository");
        assertThatThrownBy(() -> repository.putIfAbsent("wal/x", CONTENT)).hasMessageContaining("no repository");
    }

    @Test
    void keys_are_listed_by_prefix_in_order_and_temporary_files_are_not() throws Exception {
        DirectoryRepository repository = ArchiveFixture.create(1).repository();
        for (String key : List.of("wal/2/b", "wal/1/c", "wal/1/a", "wal/10/a", "backups/x/y/z")) {
            repository.putIfAbsent(key, CONTENT);
        }
        try (Upload underWay = repository.put("wal/1/d")) {
            underWay.content().write(CONTENT);

            assertThat(repository.list("wal/1")).containsExactly("wal/1/a", "wal/1/c", "wal/10/a");
            assertThat(repository.list("wal/1/")).containsExactly("wal/1/a", "wal/1/c");
            assertThat(repository.list("wal/1/c")).containsExactly("wal/1/c");
            assertThat(repository.list("none/")).isEmpty();
            assertThat(repository.list("")).containsExactly("README", "backups/x/y/z", "seawall-repository",
                    "wal/1/a", "wal/1/c", "wal/10/a", "wal/2/b");
        }
    }

    @Test
    void a_deleted_key_is_free_again() throws Exception {
        DirectoryRepository repository = ArchiveFixture.create(1).repository();
        repository.putIfAbsent("wal/a", CONTENT);

        repository.delete("wal/a");
        repository.delete("wal/a");

        assertThat(repository.holds("wal/a")).isFalse();
        assertThat(repository.putIfAbsent("wal/a", OTHER)).isEqualTo(Put.CREATED);
    }

    @Test
    void keys_that_would_leave_the_repository_are_refused() throws Exception {
        DirectoryRepository repository = ArchiveFixture.create(1).repository();

        for (String key : List.of("../a", "/a", "a/../b", "a//b", "a/./b", "..", "tmp/a", "", "a/", "a b")) {
            assertThatThrownBy(() -> repository.put(key)).as(key).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void another_systems_repository_is_refused() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);

        assertThatThrownBy(() -> DirectoryRepository.create(fixture.disk, fixture.world, ArchiveFixture.REPOSITORY,
                new RepositoryIdentity(42, 1 << 20)))
                .isInstanceOf(WrongSystemException.class)
                .hasMessageContaining("7000000000000000001, not to 42");
        DirectoryRepository.create(fixture.disk, fixture.world, ArchiveFixture.REPOSITORY, ArchiveFixture.IDENTITY);
    }

    @Test
    void reading_changes_nothing_so_a_repository_may_be_mounted_read_only() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.repository().putIfAbsent("wal/a", CONTENT);
        long before = fixture.disk.changes();

        DirectoryRepository reader = fixture.repository();
        assertThat(get(reader, "wal/a")).isEqualTo(CONTENT);
        assertThat(reader.list("")).containsExactly("README", "seawall-repository", "wal/a");

        assertThat(fixture.disk.changes()).isEqualTo(before);
    }

    @Test
    void a_repository_that_is_away_at_first_is_found_when_it_is_back() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        Path root = Path.of("/archive/later");
        DirectoryRepository early = DirectoryRepository.at(fixture.disk, fixture.world, root);
        assertThatThrownBy(() -> early.putIfAbsent("wal/a", CONTENT))
                .hasMessageContaining("no repository in /archive/later");
        assertThat(fixture.disk.exists(root)).isFalse();

        DirectoryRepository.create(fixture.disk, fixture.world, root, ArchiveFixture.IDENTITY);

        assertThat(early.putIfAbsent("wal/a", CONTENT)).isEqualTo(Put.CREATED);
    }

    @Test
    void an_upload_that_is_given_up_leaves_nothing() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        DirectoryRepository repository = fixture.repository();

        try (Upload upload = repository.put("wal/a")) {
            upload.content().write(CONTENT);
        }

        assertThat(repository.list("wal/")).isEmpty();
        assertThat(fixture.disk.list(ArchiveFixture.REPOSITORY.resolve("tmp"))).isEmpty();
    }

    @Test
    void the_first_put_removes_what_a_dead_writer_left_and_nothing_of_a_living_one() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        Upload dies = fixture.repository().put("wal/dies");
        dies.content().write(CONTENT);
        dies.content().flush();
        fixture.disk.kill();
        fixture.disk.restart();
        Path temporaries = ArchiveFixture.REPOSITORY.resolve("tmp");
        assertThat(fixture.disk.list(temporaries)).hasSize(1);

        DirectoryRepository reopened = fixture.repository();
        reopened.putIfAbsent("wal/first", OTHER);
        assertThat(fixture.disk.list(temporaries)).isEmpty();

        try (Upload lives = reopened.put("wal/lives")) {
            lives.content().write(CONTENT);
            fixture.repository().putIfAbsent("wal/second", OTHER);
            assertThat(fixture.disk.list(temporaries)).hasSize(1);
            assertThat(lives.commit()).isEqualTo(Put.CREATED);
        }
    }

    @Test
    void a_full_disk_is_said_and_leaves_nothing() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        DirectoryRepository repository = fixture.repository();
        fixture.disk.capacity(64 << 10);

        assertThatThrownBy(() -> repository.putIfAbsent("wal/a", new byte[1 << 20]))
                .isInstanceOf(NoSpaceException.class);
        assertThat(repository.list("wal/")).isEmpty();
        assertThat(fixture.disk.list(ArchiveFixture.REPOSITORY.resolve("tmp"))).isEmpty();

        fixture.disk.capacity(1 << 30);
        assertThat(repository.putIfAbsent("wal/a", new byte[1 << 20])).isEqualTo(Put.CREATED);
    }

    @Test
    void after_a_failed_sync_of_a_directory_nothing_in_it_is_acknowledged_any_more() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        DirectoryRepository repository = fixture.repository();
        repository.putIfAbsent("wal/a", CONTENT);
        fixture.disk.inject(new Fault.InputOutputError(), 1,
                call -> call.operation() == DiskCall.Operation.SYNC_DIRECTORY && call.path().endsWith("wal"));

        assertThatThrownBy(() -> repository.putIfAbsent("wal/b", CONTENT)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> repository.putIfAbsent("wal/b", CONTENT))
                .hasMessageContaining("not trusted after a failed sync");
    }

    @Test
    void of_many_who_put_different_content_at_once_exactly_one_creates(@TempDir Path directory) throws Exception {
        int writers = 4;
        LinuxDisk disk = new LinuxDisk();
        Path root = directory.resolve("repository");
        DirectoryRepository.create(disk, new SystemWorld(), root, ArchiveFixture.IDENTITY).close();
        CyclicBarrier start = new CyclicBarrier(writers);
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            for (int round = 0; round < 50; round++) {
                String key = "wal/" + round % 7 + "/" + round;
                List<Future<Put>> puts = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    byte[] content = ("writer " + writer).repeat(1000).getBytes(StandardCharsets.US_ASCII);
                    Callable<Put> put = () -> {
                        DirectoryRepository own = DirectoryRepository.open(disk, new SystemWorld(), root);
                        start.await();
                        return own.putIfAbsent(key, content);
                    };
                    puts.add(threads.submit(put));
                }
                List<Put> outcomes = new ArrayList<>();
                for (Future<Put> put : puts) {
                    outcomes.add(put.get());
                }
                assertThat(outcomes).containsOnly(Put.CREATED, Put.CONFLICT);
                assertThat(outcomes).filteredOn(put -> put == Put.CREATED).hasSize(1);
            }
        }
    }

    /// One put with power cut at the nth change; then the power is back, and somebody looks.
    private static void cutAt(long seed, Fault.Phase phase, long nth, boolean isPowerLost,
            ForgetfulDisk.Forgotten... bug) throws IOException {
        ArchiveFixture fixture = ArchiveFixture.create(seed);
        SimulatedDisk disk = fixture.disk;
        disk.strictDirectories(seed % 2 == 0);
        disk.cutPower(phase, nth);
        Put acknowledged = null;
        try {
            DirectoryRepository repository = bug.length == 0 ? fixture.repository()
                    : DirectoryRepository.open(
                            new ForgetfulDisk(disk, bug[0]), fixture.world, ArchiveFixture.REPOSITORY);
            acknowledged = repository.putIfAbsent("wal/1/a", CONTENT);
            disk.clearFaults();
        } catch (PowerCut _) {
            // Expected.
        }
        if (isPowerLost) {
            disk.crash();
        } else {
            disk.kill();
        }
        disk.restart();
        DirectoryRepository repository = fixture.repository();
        String what = "seed " + seed + " " + phase + " " + nth + " power lost " + isPowerLost;
        boolean isThere = repository.list("wal/").contains("wal/1/a");
        if (isThere) {
            assertThat(get(repository, "wal/1/a")).as(what).isEqualTo(CONTENT);
        }
        assertThat(isThere || acknowledged == null).as(what).isTrue();
        Put again = repository.putIfAbsent("wal/1/a", CONTENT);
        assertThat(disk.list(ArchiveFixture.REPOSITORY.resolve("tmp"))).as(what).isEmpty();
        assertThat(again).as(what).isEqualTo(isThere ? Put.IDENTICAL : Put.CREATED);
        disk.crash();
        disk.restart();
        assertThat(get(fixture.repository(), "wal/1/a")).as(what + ", put again").isEqualTo(CONTENT);
    }

    private static long changesOfAPut() throws IOException {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        long before = fixture.disk.changes();
        fixture.repository().putIfAbsent("wal/1/a", CONTENT);
        return fixture.disk.changes() - before;
    }

    @Test
    void a_put_cut_anywhere_leaves_all_or_nothing_and_what_was_acknowledged_stays() throws Exception {
        long changes = changesOfAPut();
        for (long seed = 1; seed <= 10; seed++) {
            for (Fault.Phase phase : Fault.Phase.values()) {
                for (long nth = 1; nth <= changes + 1; nth++) {
                    cutAt(seed, phase, nth, true);
                    cutAt(seed, phase, nth, false);
                }
            }
        }
    }

    @Test
    void a_forgotten_sync_would_be_noticed() {
        for (ForgetfulDisk.Forgotten bug : List.of(
                ForgetfulDisk.Forgotten.SYNC, ForgetfulDisk.Forgotten.DIRECTORY_SYNC)) {
            assertThatThrownBy(() -> {
                long changes = changesOfAPut();
                for (long seed = 1; seed <= 10; seed++) {
                    for (long nth = 1; nth <= changes + 1; nth++) {
                        cutAt(seed, Fault.Phase.AFTER, nth, true, bug);
                    }
                }
            }).as(bug.toString()).isInstanceOf(AssertionError.class).isNotInstanceOf(PowerCut.class);
        }
    }
}
