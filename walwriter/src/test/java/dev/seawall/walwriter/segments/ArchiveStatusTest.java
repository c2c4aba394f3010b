package dev.seawall.walwriter.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchiveStatusTest {

    private static final Path WAL = Path.of("/pg_wal");
    private static final String NAME = "000000010000000000000001";

    private SimulatedDisk disk = disk(1);
    private ArchiveStatus status = new ArchiveStatus(disk, WAL);

    private static SimulatedDisk disk(long seed) {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.makeDirectories(WAL.resolve("archive_status"));
        return disk;
    }

    private void crash() {
        disk.crash();
        disk.restart();
    }

    @Test
    void a_segment_goes_from_ready_to_done_and_is_forgotten_each_durably() throws Exception {
        status.markReady(NAME);
        status.markReady(NAME);
        crash();
        assertThat(status.isReady(NAME)).isTrue();
        assertThat(status.isDone(NAME)).isFalse();
        assertThat(status.hasDone()).isFalse();

        status.markDone(NAME);
        crash();
        assertThat(status.isReady(NAME)).isFalse();
        assertThat(status.isDone(NAME)).isTrue();
        assertThat(status.hasDone()).isTrue();

        status.forget(NAME);
        crash();
        assertThat(status.isReady(NAME)).isFalse();
        assertThat(status.isDone(NAME)).isFalse();
        status.forget(NAME);
    }

    @Test
    void history_files_come_first_then_names_by_their_bytes() throws Exception {
        for (String name : new String[] {"000000020000000000000003", "000000010000000000000004", "00000002.history",
                "000000010000000000000003.partial", "000000010000000000000003", "00000003.history",
                "000000010000000000000003.00000028.backup"}) {
            status.markReady(name);
        }
        status.markReady("000000010000000000000002");
        status.markDone("000000010000000000000002");

        assertThat(status.ready()).containsExactly("00000002.history", "00000003.history",
                "000000010000000000000003", "000000010000000000000003.00000028.backup",
                "000000010000000000000003.partial", "000000010000000000000004", "000000020000000000000003");
    }

    @Test
    void names_out_of_postgresqls_alphabet_and_lengths_only() throws Exception {
        assertThat(ArchiveStatus.isArchivable(NAME)).isTrue();
        for (String name : new String[] {
            "short", "0000000100000000000000g1", "../../etc/passwd-is-long", NAME + NAME}) {
            assertThat(ArchiveStatus.isArchivable(name)).as(name).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> status.markReady(name));
        }
        disk.open(WAL.resolve("archive_status/notes.txt.ready"), Set.of(Disk.Open.CREATE)).close();
        assertThat(status.ready()).isEmpty();
    }

    @Test
    void done_is_only_for_what_was_ready() {
        assertThatThrownBy(() -> status.markDone(NAME)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void what_came_from_the_archive_is_forced_done() throws Exception {
        status.forceDone(NAME);
        status.markReady("000000010000000000000002");
        status.forceDone("000000010000000000000002");
        crash();

        assertThat(status.isDone(NAME)).isTrue();
        assertThat(status.isDone("000000010000000000000002")).isTrue();
        assertThat(status.ready()).isEmpty();
    }

    @Test
    void an_orphan_is_removed_and_what_has_its_file_is_not() throws Exception {
        status.markReady(NAME);
        assertThat(status.removeIfOrphan(NAME)).isTrue();
        assertThat(status.ready()).isEmpty();

        disk.open(WAL.resolve(NAME), Set.of(Disk.Open.CREATE)).close();
        status.markReady(NAME);
        assertThat(status.removeIfOrphan(NAME)).isFalse();
        assertThat(status.ready()).containsExactly(NAME);
    }

    @Test
    void cut_anywhere_the_state_is_the_one_before_or_the_one_after() throws Exception {
        for (long seed = 1; seed <= 30; seed++) {
            for (Fault.Phase phase : Fault.Phase.values()) {
                for (long nth = 1; nth <= 2; nth++) {
                    disk = disk(seed);
                    status = new ArchiveStatus(disk, WAL);
                    status.markReady(NAME);
                    disk.cutPower(phase, nth);
                    boolean isAcknowledged = tryMarkDone();
                    crash();
                    String what = "seed " + seed + " " + phase + " " + nth;
                    assertThat(status.isReady(NAME) ^ status.isDone(NAME)).as(what).isTrue();
                    assertThat(status.isDone(NAME) || !isAcknowledged).as(what).isTrue();
                }
            }
        }
    }

    private boolean tryMarkDone() throws IOException {
        try {
            status.markDone(NAME);
            return true;
        } catch (PowerCut _) {
            return false;
        }
    }
}
