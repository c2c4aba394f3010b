package dev.seawall.wal.disk;

import static dev.seawall.wal.disk.DiskContract.read;
import static dev.seawall.wal.disk.DiskContract.write;
import static dev.seawall.wal.disk.DiskLives.CLUSTER;
import static dev.seawall.wal.disk.DiskLives.FILE;
import static dev.seawall.wal.disk.DiskLives.afterCrash;
import static dev.seawall.wal.disk.DiskLives.contentOf;
import static dev.seawall.wal.disk.DiskLives.outcomes;
import static dev.seawall.wal.disk.DiskLives.synced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The contract, and what survives a power cut, a kill and a failed sync.
final class SimulatedDiskTest implements DiskContract {

    private final SimulatedDisk disk = DiskLives.disk(1);

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public Path directory() {
        return CLUSTER;
    }

    @Test
    void synced_bytes_of_a_synced_name_survive_a_power_cut() throws IOException {
        assertThat(outcomes(disk -> {
            synced(disk, "kept");
            return afterCrash(disk);
        })).containsExactly("kept");
    }

    @Test
    void syncing_a_file_does_not_sync_its_name() throws IOException {
        assertThat(outcomes(disk -> {
            DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
            write(file, "kept", 0);
            file.sync();
            return afterCrash(disk);
        })).containsExactly("absent", "kept");
    }

    @Test
    void syncing_a_name_does_not_sync_the_file() throws IOException {
        assertThat(outcomes(disk -> {
            DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
            write(file, "kept", 0);
            disk.syncDirectory(CLUSTER);
            return afterCrash(disk);
        })).contains("", "kept", "\0\0\0\0");
    }

    @Test
    void unsynced_sectors_survive_one_by_one_and_in_any_order() throws IOException {
        Set<String> seen = outcomes(disk -> {
            DiskFile file = synced(disk, "a".repeat(1536));
            write(file, "b".repeat(1536), 0);
            String after = afterCrash(disk);
            assertThat(after).matches("(a{512}|b{512}){3}");
            return "" + after.charAt(0) + after.charAt(512) + after.charAt(1024);
        });

        assertThat(seen).containsExactly("aaa", "aab", "aba", "abb", "baa", "bab", "bba", "bbb");
    }

    @Test
    void a_size_survives_apart_from_the_bytes() throws IOException {
        Set<String> seen = outcomes(disk -> {
            DiskFile file = synced(disk, "old");
            write(file, "x".repeat(4096), 4096);
            String after = afterCrash(disk);
            return after.length() == 3 ? "old size"
                    : after.length() < 8192 ? "on the way"
                    : after.endsWith("x") ? "new size, bytes there" : "new size, zeros";
        });

        assertThat(seen).containsExactlyInAnyOrder(
                "old size", "on the way", "new size, bytes there", "new size, zeros");
    }

    @Test
    void a_cut_survives_or_not() throws IOException {
        assertThat(outcomes(disk -> {
            DiskFile file = synced(disk, "0123456789");
            file.truncate(4);
            return afterCrash(disk);
        })).containsExactly("0123", "0123456789");
    }

    @Test
    void what_was_cut_off_never_comes_back_behind_a_synced_cut() throws IOException {
        assertThat(outcomes(disk -> {
            DiskFile file = synced(disk, "0123456789");
            file.truncate(4);
            file.sync();
            file.truncate(6);
            return afterCrash(disk);
        })).isSubsetOf("0123", "0123\0", "0123\0\0");
    }

    @Test
    void everything_written_survives_the_death_of_the_process() throws IOException {
        assertThat(outcomes(disk -> {
            DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
            write(file, "kept", 0);
            disk.kill();
            disk.restart();
            return contentOf(disk);
        })).containsExactly("kept");
    }

    @Test
    void descriptors_and_locks_die_with_the_process() throws IOException {
        DiskFile file = synced(disk, "old");
        assertThat(file.tryLock()).isTrue();
        disk.kill();
        disk.restart();

        assertThatThrownBy(() -> write(file, "late", 0)).isInstanceOf(PowerCut.class);
        assertThat(disk.open(FILE, Set.of()).tryLock()).isTrue();
        assertThat(contentOf(disk)).isEqualTo("old");
    }

    @Test
    void a_failed_sync_is_told_once_and_the_cache_goes_on_lying() throws IOException {
        DiskFile file = synced(disk, "old");
        write(file, "new", 0);
        disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == Operation.SYNC_DATA);

        assertThatIOException().isThrownBy(file::syncData);
        file.syncData();
        assertThat(contentOf(disk)).isEqualTo("new");
        file.dropCache();
        assertThat(contentOf(disk)).isEqualTo("old");
    }

    @Test
    void a_lie_in_the_cache_outlives_the_process_but_not_the_power() throws IOException {
        DiskFile file = synced(disk, "old");
        write(file, "new", 0);
        disk.failWriteBack(FILE);
        disk.kill();
        disk.restart();
        disk.open(FILE, Set.of()).sync();

        assertThat(contentOf(disk)).isEqualTo("new");
        assertThat(afterCrash(disk)).isEqualTo("old");
    }

    @Test
    void a_direct_read_sees_through_the_lie() throws IOException {
        DiskFile file = synced(disk, "o".repeat(4096));
        write(file, "n".repeat(4096), 0);
        disk.failWriteBack(FILE);

        assertThat(contentOf(disk)).startsWith("n");
        try (DiskFile direct = disk.open(FILE, Set.of(Open.READ_ONLY, Open.DIRECT))) {
            assertThat(read(direct, 0, 4096)).startsWith("o");
        }
    }

    @Test
    void an_error_of_write_back_is_told_to_every_descriptor_open_then_and_to_no_later_one()
            throws IOException {
        DiskFile file = synced(disk, "old");
        DiskFile second = disk.open(FILE, Set.of());
        write(file, "new", 0);
        disk.failWriteBack(FILE);

        disk.open(FILE, Set.of()).sync();
        assertThatIOException().isThrownBy(second::sync);
        assertThatIOException().isThrownBy(file::sync);
        file.sync();
    }

    @Test
    void started_write_back_cleans_pages_and_makes_nothing_durable() throws IOException {
        assertThat(outcomes(disk -> {
            DiskFile file = synced(disk, "old");
            write(file, "new", 0);
            file.startWriteback(0, 3);
            return afterCrash(disk);
        })).containsExactly("new", "old");
    }

    @Test
    void an_error_of_started_write_back_is_told_again_by_the_sync() throws IOException {
        DiskFile file = synced(disk, "old");
        write(file, "new", 0);
        disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == Operation.START_WRITEBACK);

        assertThatIOException().isThrownBy(() -> file.startWriteback(0, 3));
        assertThatIOException().isThrownBy(file::sync);
    }

    @Test
    void a_direct_write_is_not_durable_before_a_sync() throws IOException {
        assertThat(outcomes(disk -> directWrite(disk, Set.of(Open.DIRECT)))).contains("n", "o");
    }

    @Test
    void a_write_with_data_sync_is_durable_when_it_returns() throws IOException {
        assertThat(outcomes(disk -> directWrite(disk, Set.of(Open.DIRECT, Open.DATA_SYNC)))).containsExactly("n");
        assertThat(outcomes(disk -> directWrite(disk, Set.of(Open.DATA_SYNC)))).containsExactly("n");
        assertThat(outcomes(disk -> directWrite(disk, Set.of(Open.SYNC)))).containsExactly("n");
    }

    private static String directWrite(SimulatedDisk disk, Set<Open> how) throws IOException {
        synced(disk, "o".repeat(4096));
        try (DiskFile direct = disk.open(FILE, how)) {
            write(direct, "n".repeat(4096), 0);
        }
        return afterCrash(disk).substring(0, 1);
    }

    @Test
    void data_sync_promises_nothing_for_what_others_wrote() throws IOException {
        assertThat(outcomes(disk -> {
            DiskFile file = synced(disk, "o".repeat(8192));
            write(file, "n".repeat(4096), 4096);
            try (DiskFile direct = disk.open(FILE, Set.of(Open.DATA_SYNC))) {
                write(direct, "n".repeat(4096), 0);
            }
            return afterCrash(disk).substring(4096, 4097);
        })).containsExactly("n", "o");
    }

    @Test
    void a_prefix_of_a_directorys_changes_survives() throws IOException {
        assertThat(outcomes(disk -> {
            disk.open(CLUSTER.resolve("1"), Set.of(Open.CREATE_NEW)).close();
            disk.open(CLUSTER.resolve("2"), Set.of(Open.CREATE_NEW)).close();
            disk.rename(CLUSTER.resolve("1"), CLUSTER.resolve("3"));
            return namesAfterCrash(disk);
        })).containsExactly("[1, 2]", "[1]", "[2, 3]", "[]");
    }

    @Test
    void strictly_any_subset_survives_that_keeps_each_names_order() throws IOException {
        assertThat(outcomes(disk -> {
            disk.strictDirectories(true);
            disk.open(CLUSTER.resolve("1"), Set.of(Open.CREATE_NEW)).close();
            disk.open(CLUSTER.resolve("2"), Set.of(Open.CREATE_NEW)).close();
            disk.rename(CLUSTER.resolve("1"), CLUSTER.resolve("3"));
            return namesAfterCrash(disk);
        })).containsExactly("[1, 2]", "[1]", "[2, 3]", "[2]", "[3]", "[]");
    }

    private static String namesAfterCrash(SimulatedDisk disk) throws IOException {
        disk.crash();
        disk.restart();
        return disk.list(CLUSTER).toString();
    }

    @Test
    void a_rename_that_was_not_synced_leaves_the_old_or_the_new_file() throws IOException {
        assertThat(outcomes(disk -> {
            synced(disk, "old");
            DiskFile file = disk.open(CLUSTER.resolve("temporary"), Set.of(Open.CREATE_NEW));
            write(file, "new", 0);
            file.sync();
            disk.rename(CLUSTER.resolve("temporary"), FILE);
            return afterCrash(disk);
        })).containsExactly("new", "old");
    }

    @Test
    void a_rename_between_directories_happens_in_both_or_neither() throws IOException {
        assertThat(outcomes(disk -> {
            disk.makeDirectories(CLUSTER.resolve("sub"));
            synced(disk, "x");
            disk.rename(FILE, CLUSTER.resolve("sub/g"));
            disk.crash();
            disk.restart();
            return disk.exists(FILE) + " " + disk.exists(CLUSTER.resolve("sub/g"));
        })).containsExactly("false true", "true false");
    }

    @Test
    void a_new_directory_needs_its_parent_synced() throws IOException {
        assertThat(outcomes(disk -> {
            disk.createDirectory(CLUSTER.resolve("sub"));
            disk.open(CLUSTER.resolve("sub/g"), Set.of(Open.CREATE_NEW)).sync();
            disk.syncDirectory(CLUSTER.resolve("sub"));
            disk.crash();
            disk.restart();
            return "" + disk.exists(CLUSTER.resolve("sub/g"));
        })).containsExactly("false", "true");
    }
}
