package dev.seawall.archiver.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.backup.FakePages;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {

    private static final Path TARGET = Path.of("/restored");

    private final FakePages pages = new FakePages();
    private final ArchiveFixture fixture;
    private final BackupManifest backup;

    RestoreTest() throws IOException {
        fixture = FakePages.cluster(1);
        backup = pages.backup(fixture, Codec.ZSTD_1).take("monday", BackupProgress.NONE);
    }

    private void restore() throws IOException {
        restore(fixture);
    }

    private void restore(ArchiveFixture into) throws IOException {
        new Restore(into.disk, into.repository()).into(TARGET, backup, BackupProgress.NONE);
    }

    private void requireWhole(ArchiveFixture restored, String what) throws IOException {
        for (Map.Entry<String, byte[]> file : pages.files.entrySet()) {
            assertThat(restored.read(TARGET.resolve(file.getKey()))).as(what + " " + file.getKey())
                    .isEqualTo(file.getValue());
        }
        assertThat(restored.disk.list(TARGET)).as(what).contains("backup_label", "backup_manifest", "base", "global",
                "pg_wal", "recovery.signal", "seawall.conf").doesNotContain(Restore.IN_PROGRESS);
        assertThat(restored.disk.list(TARGET.resolve("pg_wal"))).as(what).containsExactly("archive_status");
    }

    @Test
    void every_file_comes_back_and_the_copy_is_durable() throws Exception {
        restore();
        fixture.disk.crash();
        fixture.disk.restart();

        requireWhole(fixture, "restored");
    }

    @Test
    void the_control_file_says_that_the_copy_must_be_recovered_to_the_backups_end() throws Exception {
        restore();

        try (ControlStore store = ControlStore.open(fixture.disk, TARGET)) {
            ControlFile control = store.controlFile();
            assertThat(control.systemId()).isEqualTo(MemoryLog.SYSTEM_ID);
            assertThat(control.state()).isEqualTo(ControlFile.State.IN_ARCHIVE_RECOVERY);
            assertThat(control.checkpoint().redo()).isEqualTo(FakePages.REDO);
            assertThat(control.backupStart()).isEqualTo(FakePages.REDO);
            assertThat(control.backupEnd()).isEqualTo(FakePages.STOP);
            assertThat(control.minimumRecoveryEnd()).isEqualTo(FakePages.STOP);
            assertThat(new TimelineId(control.minimumRecoveryTimeline())).isEqualTo(TimelineId.FIRST);
        }
    }

    @Test
    void a_copy_does_not_archive() throws Exception {
        restore();

        assertThat(new String(fixture.read(TARGET.resolve("seawall.conf")), StandardCharsets.US_ASCII))
                .startsWith("archive_mode = on\n").endsWith("archive_mode = off\n");
    }

    @Test
    void only_an_empty_directory_is_restored_into() throws Exception {
        fixture.disk.makeDirectories(TARGET.resolve("base"));

        assertThatThrownBy(this::restore).hasMessageContaining("/restored is not empty: base");
    }

    @Test
    void an_empty_place_for_the_log_may_be_there_before() throws Exception {
        fixture.disk.makeDirectories(TARGET.resolve("pg_wal"));
        restore();
        assertThat(fixture.disk.exists(TARGET.resolve("global/pg_control"))).isTrue();
    }

    @Test
    void a_log_that_is_there_is_kept_from_a_restore() throws Exception {
        fixture.disk.makeDirectories(TARGET.resolve("pg_wal/archive_status"));

        assertThatThrownBy(this::restore).hasMessageContaining("/restored is not empty: pg_wal");
    }

    @Test
    void an_interrupted_restore_is_refused_and_is_no_cluster() throws Exception {
        fixture.disk.cutPower(Fault.Phase.BEFORE, 20);
        assertThatThrownBy(this::restore).isInstanceOf(PowerCut.class);
        fixture.disk.kill();
        fixture.disk.restart();

        assertThat(fixture.disk.exists(TARGET.resolve("global/pg_control"))).isFalse();
        assertThatThrownBy(this::restore).hasMessageContaining("holds a restore that was interrupted");
    }

    @Test
    void a_damaged_file_ends_the_restore_before_there_is_a_control_file() throws Exception {
        fixture.repository().delete("backups/monday/files/base/checkpointer.state.zst");

        assertThatThrownBy(this::restore).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("file of the backup is missing");
        assertThat(fixture.disk.exists(TARGET.resolve("global/pg_control"))).isFalse();
    }

    @Test
    void cut_anywhere_what_has_a_control_file_is_whole() throws Exception {
        ArchiveFixture counted = fixture.copy(1);
        long before = counted.disk.changes();
        restore(counted);
        long changes = counted.disk.changes() - before;
        long seed = 1;
        for (int round = 0; round < 3; round++) {
            for (Fault.Phase phase : Fault.Phase.values()) {
                for (long nth = 1; nth <= changes; nth++) {
                    cutAt(seed++, phase, nth, Function.identity());
                }
            }
        }
        for (ForgetfulDisk.Forgotten bug : List.of(
                ForgetfulDisk.Forgotten.SYNC, ForgetfulDisk.Forgotten.DIRECTORY_SYNC)) {
            assertThatThrownBy(() -> {
                for (long nth = 1; nth <= changes; nth++) {
                    cutAt(nth, Fault.Phase.AFTER, nth, disk -> new ForgetfulDisk(disk, bug));
                }
            }).as("would be caught: " + bug).isNotInstanceOf(PowerCut.class);
        }
    }

    private void cutAt(long seed, Fault.Phase phase, long nth, Function<Disk, Disk> bug) throws IOException {
        ArchiveFixture cut = fixture.copy(seed);
        cut.disk.strictDirectories(seed % 2 == 0);
        cut.disk.cutPower(phase, nth);
        boolean isAcknowledged = false;
        try {
            new Restore(bug.apply(cut.disk), cut.repository()).into(TARGET, backup, BackupProgress.NONE);
            isAcknowledged = true;
            cut.disk.clearFaults();
        } catch (PowerCut _) {
            // Expected.
        }
        cut.disk.crash();
        cut.disk.restart();
        String what = "seed " + seed + " " + phase + " " + nth;
        boolean isCluster = cut.disk.exists(TARGET) && cut.disk.exists(TARGET.resolve("global/pg_control"));
        assertThat(isCluster || !isAcknowledged).as(what).isTrue();
        if (isCluster) {
            for (Map.Entry<String, byte[]> file : pages.files.entrySet()) {
                assertThat(cut.read(TARGET.resolve(file.getKey()))).as(what + " " + file.getKey())
                        .isEqualTo(file.getValue());
            }
            assertThat(cut.disk.exists(TARGET.resolve("recovery.signal"))).as(what).isTrue();
            assertThat(cut.disk.exists(TARGET.resolve("pg_wal/archive_status"))).as(what).isTrue();
            ControlStore.open(cut.disk, TARGET).close();
        }
    }

    @Test
    void pg_verifybackup_finds_nothing_wrong_and_everything_that_was_changed(@TempDir Path directory) throws Exception {
        restore();
        Path copy = directory.resolve("copy");
        copyOut(TARGET, copy);

        // Our line in the configuration is the one thing that a restore changes.
        String[] arguments = {"-n", "-i", "seawall.conf", copy.toString()};
        assertThat(PostgresPrograms.run("pg_verifybackup", arguments).orFail())
                .contains("backup successfully verified");

        byte[] relation = Files.readAllBytes(copy.resolve("base/5/16384"));
        relation[100] ^= 1;
        Files.write(copy.resolve("base/5/16384"), relation);
        PostgresPrograms.Output changed = PostgresPrograms.run("pg_verifybackup", arguments);
        assertThat(changed.exitCode()).isEqualTo(1);
        assertThat(changed.err()).contains("checksum mismatch for file \"base/5/16384\"");
    }

    @Test
    void without_seawall_a_backup_is_unpacked_as_the_repositorys_readme_says(@TempDir Path directory) throws Exception {
        Path repository = directory.resolve("repository");
        copyOut(ArchiveFixture.REPOSITORY, repository);
        String readme = Files.readString(repository.resolve("README"));
        String unpack = readme.substring(readme.indexOf("cd backups/LABEL/files"))
                .replace("backups/LABEL", repository + "/backups/monday");
        String check = readme.substring(readme.indexOf("find . -name '*.zst' -exec"), readme.indexOf("A segment, and"));
        Path target = Files.createDirectory(directory.resolve("target"));

        PostgresPrograms.execute(List.of("bash", "-ec", "cd " + repository + "; " + check), Map.of()).orFail();
        PostgresPrograms.execute(List.of("bash", "-ec", "cd " + target + "; " + unpack), Map.of()).orFail();

        for (Map.Entry<String, byte[]> file : pages.files.entrySet()) {
            assertThat(Files.readAllBytes(target.resolve(file.getKey()))).as(file.getKey()).isEqualTo(file.getValue());
        }
    }

    @Test
    void pg_controldata_reads_the_restored_control_file(@TempDir Path directory) throws Exception {
        restore();
        copyOut(TARGET, directory.resolve("copy"));

        assertThat(PostgresPrograms.run("pg_controldata", directory.resolve("copy").toString()).orFail())
                .contains("in archive recovery").contains("Minimum recovery ending location:     0/250000")
                .contains("Backup start location:                0/100028");
    }

    private void copyOut(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String name : fixture.disk.list(from)) {
            try {
                fixture.disk.list(from.resolve(name));
                copyOut(from.resolve(name), to.resolve(name));
            } catch (java.nio.file.NotDirectoryException e) {
                Files.write(to.resolve(name), fixture.read(from.resolve(name)));
            }
        }
    }

    @Test
    void the_archive_leads_on_from_the_restored_copy() throws Exception {
        restore();
        Fetch fetch = new Fetch(fixture.disk, fixture.archive(), ArchiveFixture.IDENTITY);

        Path to = TARGET.resolve("pg_wal/RECOVERYXLOG");
        Lsn stop = backup.stopLsn();
        assertThat(stop).isEqualTo(FakePages.STOP);
        assertThat(fetch.fetch(ArchiveFixture.name(1), to)).isInstanceOf(
                dev.seawall.walwriter.SegmentSource.Fetched.Found.class);
    }
}
