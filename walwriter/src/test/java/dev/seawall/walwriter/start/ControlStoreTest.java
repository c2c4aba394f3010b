package dev.seawall.walwriter.start;

import static dev.seawall.walwriter.start.ClusterFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ControlStoreTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path FILE = ClusterLayout.control(CLUSTER);
    private static final LowWaterMark MARK = new LowWaterMark(TimelineId.FIRST, new Lsn(0x123456));

    private SimulatedDisk disk = new SimulatedDisk(1);
    private ClusterFixture cluster;

    @BeforeEach
    void create() throws IOException {
        cluster = new ClusterFixture(disk, CLUSTER);
    }

    private ControlStore open() throws IOException {
        return ControlStore.open(disk, CLUSTER);
    }

    private void refusedWith(String message) {
        assertThatExceptionOfType(WalCorruptException.class).isThrownBy(this::open)
                .withMessageContaining(message).withMessageContaining("/cluster/global/pg_control")
                .withMessageContaining("\nHINT: ");
    }

    private void truncateTo(long bytes) throws IOException {
        try (var file = disk.open(FILE, Set.of())) {
            file.truncate(bytes);
            file.sync();
        }
    }

    @Test
    void what_was_written_is_read_and_survives_a_power_cut() throws IOException {
        ControlFile written;
        try (ControlStore control = open()) {
            assertThat(control.lowWaterMark()).isEmpty();
            written = control.controlFile().with(ControlFile.State.IN_PRODUCTION, NOW);
            control.write(written);
            control.write(MARK);
            assertThat(control.controlFile()).isEqualTo(written);
        }
        disk.crash();
        disk.restart();
        try (ControlStore control = open()) {
            assertThat(control.controlFile()).isEqualTo(written);
            assertThat(control.lowWaterMark()).contains(MARK);
        }
    }

    @Test
    void an_empty_file_is_damage() throws IOException {
        truncateTo(0);
        refusedWith("control file has 0 bytes, not 8192");
    }

    @Test
    void a_short_file_is_damage() throws IOException {
        truncateTo(512);
        refusedWith("control file has 512 bytes, not 8192");
    }

    @Test
    void a_torn_file_is_damage() throws IOException {
        cluster.overwrite(FILE, 40, (byte) 0x77);
        refusedWith("control file has checksum ");
    }

    @Test
    void a_torn_low_water_mark_is_damage() throws IOException {
        try (ControlStore control = open()) {
            control.write(MARK);
        }
        cluster.overwrite(FILE, 4096 + 25, (byte) 0x77);
        refusedWith("low-water mark at offset 4096 has a wrong checksum");
    }

    @Test
    void a_low_water_mark_of_another_system_is_damage() throws IOException {
        byte[] other = new byte[512];
        MARK.toSector(99).get(0, other);
        cluster.overwrite(FILE, 4096, other);
        refusedWith("low-water mark is of system 99, the control file of system 7000000000000000001");
    }

    @Test
    void another_clusters_control_file_is_not_written() throws IOException {
        try (ControlStore control = open()) {
            ControlFile own = control.controlFile();
            ControlFile other = ControlFile.create(own.systemId() + 1, own.state(), NOW, own.checkpointLsn(),
                    own.checkpoint(), own.segmentBytes(), 100);
            assertThatIllegalArgumentException().isThrownBy(() -> control.write(other));
        }
    }

    @Test
    void there_is_only_one_control_file() throws IOException {
        ControlFile content;
        try (ControlStore control = open()) {
            content = control.controlFile();
        }
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> ControlStore.create(disk, CLUSTER, content));
    }

    @Test
    void after_a_failed_sync_nothing_is_written_any_more() throws IOException {
        try (ControlStore control = open()) {
            disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == DiskCall.Operation.SYNC_DATA);
            assertThatIOException().isThrownBy(() -> control.write(MARK));

            assertThatIOException().isThrownBy(() -> control.write(MARK))
                    .withMessageContaining("cannot be written any more");
            assertThat(control.lowWaterMark()).isEmpty();
        }
    }

    @Test
    void what_a_failed_sync_left_in_the_cache_is_not_believed() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            disk = new SimulatedDisk(seed);
            create();
            try (ControlStore control = open()) {
                disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == DiskCall.Operation.SYNC_DATA);
                assertThatIOException().isThrownBy(() -> control.write(MARK));
            }
            disk.kill();
            disk.restart();
            boolean isShown;
            try (ControlStore control = open()) {
                isShown = control.lowWaterMark().isPresent();
            }
            disk.crash();
            disk.restart();
            try (ControlStore control = open()) {
                assertThat(control.lowWaterMark().isPresent()).as("seed %d: shown, then lost", seed).isEqualTo(isShown);
            }
        }
    }

    @Test
    void a_power_cut_in_a_write_leaves_the_old_or_the_new() throws IOException {
        for (Fault.Phase phase : Fault.Phase.values()) {
            for (long n = 1; n <= 2; n++) {
                for (long seed = 0; seed < 10; seed++) {
                    disk = new SimulatedDisk(seed);
                    create();
                    try (ControlStore control = open()) {
                        disk.cutPower(phase, n);
                        control.write(control.controlFile().with(ControlFile.State.IN_PRODUCTION, NOW));
                    } catch (PowerCut e) {
                        // As planned.
                    }
                    disk.crash();
                    disk.restart();
                    try (ControlStore control = open()) {
                        assertThat(control.controlFile().state())
                                .isIn(ControlFile.State.SHUT_DOWN, ControlFile.State.IN_PRODUCTION);
                    }
                }
            }
        }
    }
}
