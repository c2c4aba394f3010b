package dev.seawall.wal.disk;

import static dev.seawall.wal.disk.DiskContract.read;
import static dev.seawall.wal.disk.DiskContract.write;
import static dev.seawall.wal.disk.DiskLives.CLUSTER;
import static dev.seawall.wal.disk.DiskLives.FILE;
import static dev.seawall.wal.disk.DiskLives.SEEDS;
import static dev.seawall.wal.disk.DiskLives.afterCrash;
import static dev.seawall.wal.disk.DiskLives.contentOf;
import static dev.seawall.wal.disk.DiskLives.outcomes;
import static dev.seawall.wal.disk.DiskLives.synced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskCall.Operation;
import dev.seawall.wal.disk.Fault.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What rigs do to a simulated disk: faults, full space, traces, copies.
final class SimulatedFaultsTest {

    private final SimulatedDisk disk = DiskLives.disk(1);

    @Test
    void a_full_disk_refuses_and_freed_room_can_be_used_again() throws IOException {
        disk.capacity(64 * 1024);
        DiskFile file = synced(disk, "x".repeat(40 * 1024));
        assertThat(disk.freeBytes(CLUSTER)).isEqualTo(24 * 1024);

        assertThatThrownBy(() -> write(file, "y".repeat(40 * 1024), 40 * 1024))
                .isInstanceOf(NoSpaceException.class);
        assertThatThrownBy(() -> file.allocate(0, 1 << 20)).isInstanceOf(NoSpaceException.class);
        file.truncate(0);
        write(file, "y".repeat(60 * 1024), 0);
        file.close();
        disk.delete(FILE);
        assertThat(disk.freeBytes(CLUSTER)).isEqualTo(64 * 1024);
    }

    @Test
    void the_nth_call_of_a_kind_can_fail() throws IOException {
        DiskFile file = synced(disk, "old");
        disk.inject(new Fault.InputOutputError(), 2, call -> call.operation() == Operation.READ);

        read(file, 0, 3);
        assertThatIOException().isThrownBy(() -> read(file, 0, 3)).withMessageContaining("READ /cluster/f");
        read(file, 0, 3);
    }

    @Test
    void writes_can_be_lost_or_misdirected_and_bits_can_rot() throws IOException {
        DiskFile file = synced(disk, "0123456789");
        disk.inject(new Fault.LostWrite(), 1, call -> call.operation() == Operation.WRITE);
        write(file, "a", 0);
        disk.inject(new Fault.MisdirectedWrite(3), 1, call -> call.operation() == Operation.WRITE);
        write(file, "b", 0);
        disk.flip(FILE, 9, 1);

        assertThat(read(file, 0, 10)).isEqualTo("012b456788");
    }

    @Test
    void a_power_cut_strikes_before_during_or_after_a_call() throws IOException {
        assertThat(outcomes(disk -> cutAtSecondWrite(disk, Phase.BEFORE))).containsExactly("aa");
        assertThat(outcomes(disk -> cutAtSecondWrite(disk, Phase.AFTER))).containsExactly("bb");
        assertThat(outcomes(disk -> cutAtSecondWrite(disk, Phase.DURING)))
                .as("no sector is torn").contains("aa", "bb").allMatch(content -> content.matches("b*a*"));
    }

    private static String cutAtSecondWrite(SimulatedDisk disk, Phase phase) throws IOException {
        DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
        disk.cutPower(phase, 2, call -> call.operation() == Operation.WRITE);
        write(file, "a".repeat(8192), 0);
        assertThatThrownBy(() -> write(file, "b".repeat(8192), 0)).isInstanceOf(PowerCut.class);
        assertThatThrownBy(() -> disk.exists(FILE)).isInstanceOf(PowerCut.class);
        file.close();
        // The page cache, as the next process sees it, tells how far the call came.
        disk.kill();
        disk.restart();
        String sectors = contentOf(disk).replaceAll("(.)\\1{511}", "$1");
        return sectors.equals("a".repeat(16)) ? "aa" : sectors.equals("b".repeat(16)) ? "bb" : sectors;
    }

    @Test
    void the_nth_change_of_all_can_be_the_last() throws IOException {
        synced(disk, "old");
        disk.cutPower(Phase.BEFORE, 2);
        disk.exists(FILE);
        DiskFile file = disk.open(FILE, Set.of());
        write(file, "new", 0);

        assertThatThrownBy(file::sync).isInstanceOf(PowerCut.class).hasMessage("before SYNC /cluster/f");
    }

    @Test
    void a_trace_shows_every_call() throws IOException {
        List<String> calls = new ArrayList<>();
        disk.trace(call -> calls.add(call.toString()));
        synced(disk, "x");

        assertThat(calls).containsExactly(
                "CREATE /cluster/f", "WRITE /cluster/f", "SYNC /cluster/f", "SYNC_DIRECTORY /cluster");
    }

    @Test
    void a_copy_goes_its_own_way_from_the_same_unsynced_state() throws IOException {
        DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
        write(file, "shared", 0);
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk copy = disk.copy(seed);
            assertThat(contentOf(copy)).isEqualTo("shared");
            seen.add(afterCrash(copy));
        }
        write(file, "mine", 0);

        assertThat(seen).contains("absent", "shared");
        assertThat(contentOf(disk)).isEqualTo("mineed");
    }

    @Test
    void one_seed_is_one_outcome() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(someLife(seed)).isEqualTo(someLife(seed));
        }
    }

    private static String someLife(long seed) throws IOException {
        SimulatedDisk disk = DiskLives.disk(seed);
        DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
        for (int i = 0; i < 100; i++) {
            write(file, "v" + i, i * 300L);
            if (i % 30 == 0) {
                file.sync();
                disk.syncDirectory(CLUSTER);
            }
        }
        return afterCrash(disk);
    }

    @Test
    void zeros_are_nearly_free() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        long start = System.nanoTime();
        for (int life = 0; life < 20; life++) {
            SimulatedDisk disk = DiskLives.disk(life);
            DiskFile file = disk.open(FILE, Set.of(Open.CREATE_NEW));
            for (int i = 0; i < 16; i++) {
                file.write(zeros.clear(), (long) i << 20);
            }
            file.sync();
            disk.crash();
        }

        // 320 MiB: copied or kept, they would not fit; the bound is generous for a busy machine.
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }
}
