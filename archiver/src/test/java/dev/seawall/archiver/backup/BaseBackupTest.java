package dev.seawall.archiver.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.ArchivableLog;
import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.wal.disk.PowerCut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BaseBackupTest {

    private final FakePages pages = new FakePages();
    private final ArchiveFixture fixture;

    BaseBackupTest() throws IOException {
        fixture = FakePages.cluster(1);
    }

    private BackupManifest take(String label) throws IOException {
        return pages.backup(fixture, Codec.ZSTD_1).take(label, BackupProgress.NONE);
    }

    private byte[] stored(String key) throws IOException {
        try (InputStream in = fixture.repository().get(key)) {
            return in.readAllBytes();
        }
    }

    private void replace(String key, byte[] content) throws IOException {
        fixture.repository().delete(key);
        fixture.repository().putIfAbsent(key, content);
    }

    private List<String> problems(BackupManifest backup) throws IOException {
        return new BackupVerification(fixture.archive()).problemsOf(backup, BackupProgress.NONE);
    }

    private String text(BackupManifest backup, String path) throws IOException {
        BackupFile file = backup.files().stream().filter(f -> f.path().equals(path)).findFirst().orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BackupReader(fixture.repository(), backup).copy(file, out);
        return out.toString(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource(Codec.Format.class)
    void every_file_is_stored_and_the_catalog_has_the_backup(Codec.Format format) throws Exception {
        BackupManifest backup = pages.backup(fixture, new Codec(format, 1)).take("monday", BackupProgress.NONE);

        assertThat(backup.files()).extracting(BackupFile::path).containsExactly("backup_label",
                "base/5/16384", "base/5/16385", "base/checkpointer.state", "base/engines/dev.example.kv/000001.sst",
                "seawall.conf", "global/pg_control");
        assertThat(backup.redo()).isEqualTo(FakePages.REDO);
        assertThat(backup.stopLsn()).isEqualTo(FakePages.STOP);
        BackupCatalog catalog = new BackupCatalog(fixture.repository());
        assertThat(catalog.complete()).hasSize(1);
        BackupManifest read = catalog.find("monday").orElseThrow();
        assertThat(read.files()).extracting(BackupFile::sha256)
                .isEqualTo(backup.files().stream().map(BackupFile::sha256).toList());
        assertThat(read.describe()).isEqualTo(backup.describe());
        assertThat(problems(read)).isEmpty();
        assertThat(pages.open()).as("sessions still open").isZero();
    }

    @Test
    void backup_label_has_postgresqls_form() throws Exception {
        assertThat(text(take("monday"), "backup_label")).matches("""
                START WAL LOCATION: 0/100028 \\(file 000000010000000000000001\\)
                CHECKPOINT LOCATION: 0/101000
                BACKUP METHOD: streamed
                BACKUP FROM: primary
                START TIME: 2026-01-01 00:00:0\\d GMT
                LABEL: monday
                START TIMELINE: 1
                """);
    }

    @Test
    void progress_is_told_file_by_file() throws Exception {
        List<String> told = new ArrayList<>();
        pages.backup(fixture, Codec.ZSTD_1).take("monday", (path, files, bytes) -> told.add(files + " " + path));

        assertThat(told).hasSize(7).startsWith("1 backup_label").endsWith("7 global/pg_control");
    }

    @Test
    void a_label_is_given_once() throws Exception {
        take("monday");

        assertThatThrownBy(() -> take("monday")).hasMessageContaining("there is a backup monday");
        assertThat(problems(new BackupCatalog(fixture.repository()).find("monday").orElseThrow())).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> take("a/b"));
        assertThat(BaseBackup.newLabel(fixture.world)).matches("20260101T00000\\dZ-[0-9A-F]{4}");
    }

    @Test
    void without_its_log_in_the_archive_a_copy_is_no_backup() throws Exception {
        ArchivableLog nothingArchives = new ArchivableLog() {
            @Override
            public Lsn lastImportantLsn() {
                return FakePages.STOP;
            }

            @Override
            public Lsn switchSegment() {
                return FakePages.STOP;
            }
        };

        assertThatThrownBy(() -> pages.backup(fixture, Codec.ZSTD_1, nothingArchives)
                .take("monday", BackupProgress.NONE))
                .hasMessageContaining("gave up after 5 s: 000000010000000000000001");
        assertThat(new BackupCatalog(fixture.repository()).labels()).isEmpty();
        assertThat(pages.open()).isZero();
    }

    @Test
    void a_full_repository_ends_the_backup_and_gets_its_space_back() throws Exception {
        fixture.archiver().step();
        pages.files.put("base/5/99", new byte[4 << 20]);
        fixture.disk.capacity(7 << 20);

        assertThatThrownBy(() -> pages.backup(fixture, Codec.NONE).take("monday", BackupProgress.NONE))
                .isInstanceOf(NoSpaceException.class);
        assertThat(new BackupCatalog(fixture.repository()).labels()).isEmpty();
    }

    @Test
    void verification_names_what_is_damaged_or_missing() throws Exception {
        BackupManifest backup = take("monday");
        byte[] stored = stored("backups/monday/files/base/5/16384.zst");
        stored[stored.length / 2] ^= 1;
        replace("backups/monday/files/base/5/16384.zst", stored);
        replace("backups/monday/files/seawall.conf.zst", stored("backups/monday/files/base/checkpointer.state.zst"));
        fixture.repository().delete("backups/monday/files/base/5/16385.zst");
        fixture.repository().delete("wal/00000001/00000000/000000010000000000000002.zst");

        assertThat(problems(backup)).hasSize(4).satisfiesExactlyInAnyOrder(
                p -> assertThat(p).contains("base/5/16384.zst"),
                p -> assertThat(p).contains("file of the backup is missing").contains("base/5/16385.zst"),
                p -> assertThat(p).contains("manifest says").contains("seawall.conf.zst"),
                p -> assertThat(p).contains("log that the backup needs is missing: 000000010000000000000002"));
    }

    @Test
    void any_changed_byte_of_a_manifest_is_noticed() throws Exception {
        take("monday");
        String key = BackupCatalog.manifestKey("monday");
        byte[] stored = stored(key);
        for (int at = 0; at < stored.length; at += 7) {
            byte[] changed = stored.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> ManifestText.parse(changed, key)).as("byte " + at)
                    .isInstanceOf(WalCorruptException.class);
        }
        assertThatThrownBy(() -> ManifestText.parse(new byte[0], key)).isInstanceOf(WalCorruptException.class);
    }

    @Test
    void a_removed_backup_is_gone() throws Exception {
        take("monday");

        new BackupCatalog(fixture.repository()).remove("monday");

        assertThat(fixture.repository().list("backups/")).isEmpty();
    }

    @Test
    void cut_anywhere_what_has_a_manifest_can_be_restored_and_what_was_acknowledged_has_one() throws Exception {
        ArchiveFixture counted = fixture.copy(1);
        long before = counted.disk.changes();
        new FakePages().backup(counted, Codec.ZSTD_1).take("monday", BackupProgress.NONE);
        long changes = counted.disk.changes() - before;
        long seed = 1;
        for (Fault.Phase phase : Fault.Phase.values()) {
            for (long nth = 1; nth <= changes; nth++) {
                cutAt(seed, phase, nth, seed % 3 != 0);
                seed++;
            }
        }
    }

    private void cutAt(long seed, Fault.Phase phase, long nth, boolean isPowerLost) throws IOException {
        ArchiveFixture cut = fixture.copy(seed);
        cut.disk.cutPower(phase, nth);
        boolean isAcknowledged = false;
        try {
            new FakePages().backup(cut, Codec.ZSTD_1).take("monday", BackupProgress.NONE);
            isAcknowledged = true;
            cut.disk.clearFaults();
        } catch (PowerCut _) {
            // Expected.
        }
        if (isPowerLost) {
            cut.disk.crash();
        } else {
            cut.disk.kill();
        }
        cut.disk.restart();
        String what = "seed " + seed + " " + phase + " " + nth + " power lost " + isPowerLost;
        DirectoryRepository repository = cut.repository();
        List<BackupManifest> complete = new BackupCatalog(repository).complete();
        assertThat(complete.size() == 1 || !isAcknowledged).as(what).isTrue();
        for (BackupManifest backup : complete) {
            assertThat(new BackupVerification(cut.archive()).problemsOf(backup, BackupProgress.NONE))
                    .as(what).isEmpty();
        }
        if (seed % 5 == 0) {
            assertThat(new FakePages().backup(cut, Codec.ZSTD_1).take("tuesday", BackupProgress.NONE).files())
                    .as(what).hasSize(7);
        }
    }
}
