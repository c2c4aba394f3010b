package dev.seawall.walwriter.start;

import static dev.seawall.walwriter.start.ClusterFixture.NOW;
import static dev.seawall.walwriter.start.ClusterFixture.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Fault.Phase;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClusterInitTest {

    private static final Path CLUSTER = Path.of("/cluster");

    private final SimulatedDisk disk = new SimulatedDisk(1);

    private static void create(Disk disk) throws IOException {
        ClusterInit.create(disk, CLUSTER, OPTIONS, NOW);
    }

    private static void touch(Disk disk, Path file) throws IOException {
        disk.open(file, Set.of(Disk.Open.CREATE)).close();
        disk.syncDirectory(file.getParent());
    }

    @Test
    void postgres_programs_read_a_new_cluster(@TempDir Path directory) throws IOException {
        Path cluster = directory.resolve("c");
        ClusterInit.Options options = new ClusterInit.Options(
                4_711_000_000_000_000_815L, new Lsn(0x5_0600_0000L), (2L << 32) + 700, PageLayout.DEFAULT, 250);
        ClusterInit.create(new LinuxDisk(), cluster, options, NOW);

        assertThat(PostgresPrograms.run("pg_controldata", cluster.toString()).orFail())
                .doesNotContain("WARNING")
                .containsPattern("Database system identifier: +4711000000000000815")
                .containsPattern("Database cluster state: +shut down\n")
                .containsPattern("Latest checkpoint location: +5/6000028")
                .containsPattern("Latest checkpoint's REDO WAL file: +000000010000000500000006")
                .containsPattern("Latest checkpoint's NextXID: +2:700\n")
                .containsPattern("max_connections setting: +250\n");
        PostgresPrograms.Output waldump = PostgresPrograms.run(
                "pg_waldump", cluster.resolve("pg_wal/000000010000000500000006").toString());
        assertThat(waldump.out()).contains("lsn: 5/06000028, prev 0/00000000, desc: CHECKPOINT_SHUTDOWN redo 5/6000028;"
                + " tli 1; prev tli 1; fpw true; xid 2:700;");
        assertThat(waldump.err()).contains("invalid record length at 5/60000A0: wanted 24, got 0");
        try (StartedLog started = LogStart.start(new LinuxDisk(), cluster)) {
            assertThat(started.nextXid()).isEqualTo((2L << 32) + 700);
            assertThat(started.control().controlFile().state()).isEqualTo(ControlFile.State.SHUT_DOWN);
        }
    }

    @Test
    void a_directory_with_settings_in_it_will_do() throws IOException {
        disk.createDirectory(CLUSTER);
        touch(disk, CLUSTER.resolve("seawall.conf"));

        create(disk);

        assertThat(disk.list(CLUSTER)).containsExactly("global", "pg_wal", "seawall.conf", "seawall.lock");
    }

    @Test
    void the_name_of_a_directory_that_a_dead_creation_left_is_made_durable() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            SimulatedDisk left = new SimulatedDisk(seed);
            left.createDirectory(CLUSTER);
            left.kill();
            left.restart();

            create(left);

            left.crash();
            left.restart();
            assertThat(left.exists(ClusterLayout.control(CLUSTER))).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void a_cluster_is_not_created_over_another() throws IOException {
        create(disk);

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> create(disk))
                .withMessageContaining("there is a cluster already");
    }

    @Test
    void a_directory_with_anything_in_it_is_refused_and_left_alone() throws IOException {
        disk.createDirectory(CLUSTER);
        touch(disk, CLUSTER.resolve("thesis.tex"));

        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> create(disk))
                .withMessageContaining("has files in it");
        assertThat(disk.list(CLUSTER)).containsExactly("thesis.tex");
    }

    @Test
    void a_cluster_that_lost_its_control_file_keeps_its_log() throws IOException {
        create(disk);
        disk.delete(ClusterLayout.control(CLUSTER));

        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> create(disk))
                .withMessageContaining("it may be a damaged cluster");
        assertThat(disk.exists(ClusterLayout.wal(CLUSTER).resolve(ClusterFixture.name(1)))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void a_power_cut_anywhere_leaves_a_cluster_or_what_can_be_made_one(Phase phase) throws IOException {
        create(disk);
        long calls = disk.changes();
        for (long n = 1; n <= calls; n++) {
            SimulatedDisk cut = new SimulatedDisk(n);
            cut.strictDirectories(true);
            cut.cutPower(phase, n);
            try {
                create(cut);
            } catch (PowerCut e) {
                // As planned.
            }
            cut.crash();
            cut.restart();
            if (!cut.exists(ClusterLayout.control(CLUSTER))) {
                assertThatExceptionOfType(NoSuchFileException.class).as("call %d", n)
                        .isThrownBy(() -> LogStart.start(cut, CLUSTER));
                create(cut);
            }
            LogStart.start(cut, CLUSTER).close();
        }
    }

    @Test
    void without_space_it_fails_and_can_be_tried_again() throws IOException {
        disk.capacity(500_000);
        assertThatExceptionOfType(NoSpaceException.class).isThrownBy(() -> create(disk));

        disk.capacity(50_000_000);
        create(disk);

        LogStart.start(disk, CLUSTER).close();
    }

    @Test
    void impossible_options_are_refused() {
        PageLayout layout = PageLayout.DEFAULT;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClusterInit.Options(0, new Lsn(1 << 24), 3, layout, 9))
                .withMessageContaining("system identifier");
        assertThatIllegalArgumentException().isThrownBy(() -> new ClusterInit.Options(1, new Lsn(0), 3, layout, 9))
                .withMessageContaining("cannot start at 0/0");
        assertThatIllegalArgumentException().isThrownBy(() -> new ClusterInit.Options(1, new Lsn(8192), 3, layout, 9))
                .withMessageContaining("cannot start at 0/2000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClusterInit.Options(1, new Lsn(1 << 24), 1L << 32, layout, 9))
                .withMessageContaining("transaction id 4294967296");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClusterInit.Options(1, new Lsn(1 << 24), 3, layout, 0))
                .withMessageContaining("max_connections");
    }
}
