package dev.seawall.archiver.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.witness.PostgresPrograms;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WalArchiveTest {

    private static final String SEGMENT = "000000010000000000000001";
    private static final String HISTORY = "00000002.history";
    private static final byte[] CONTENT = content(1, 300_000);
    private static final byte[] OTHER = content(2, 300_000);

    /// Half noise, half zeros, as the log is.
    private static byte[] content(long seed, int bytes) {
        byte[] content = new byte[bytes];
        byte[] noise = new byte[bytes / 2];
        new Random(seed).nextBytes(noise);
        System.arraycopy(noise, 0, content, 0, noise.length);
        return content;
    }

    private static WalArchive.Source of(byte[] content) {
        return () -> new ByteArrayInputStream(content);
    }

    private static Codec codec(Codec.Format format) {
        return new Codec(format, 1);
    }

    private static byte[] get(WalArchive archive, String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(archive.get(name, out)).as("is sealed").isTrue();
        return out.toByteArray();
    }

    private static byte[] stored(WalArchive archive, String key) throws IOException {
        try (InputStream in = archive.repository().get(key)) {
            return in.readAllBytes();
        }
    }

    private static void replace(WalArchive archive, String key, byte[] content) throws IOException {
        archive.repository().delete(key);
        archive.repository().putIfAbsent(key, content);
    }

    @ParameterizedTest
    @EnumSource(Codec.Format.class)
    void what_is_stored_comes_out_again(Codec.Format format) throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();

        assertThat(archive.put(SEGMENT, of(CONTENT), codec(format))).isEqualTo(Put.CREATED);
        assertThat(archive.put(SEGMENT, of(CONTENT), codec(format))).isEqualTo(Put.IDENTICAL);
        assertThat(archive.put(SEGMENT, of(OTHER), codec(format))).isEqualTo(Put.CONFLICT);
        assertThat(get(archive, SEGMENT)).isEqualTo(CONTENT);
        assertThat(archive.names()).containsExactly(SEGMENT);
    }

    @Test
    void content_and_not_its_compression_decides_what_is_identical() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        archive.put(SEGMENT, of(CONTENT), new Codec(Codec.Format.ZSTD, 1));

        assertThat(archive.put(SEGMENT, of(CONTENT), new Codec(Codec.Format.ZSTD, 5))).isEqualTo(Put.IDENTICAL);
        assertThat(archive.put(SEGMENT, of(CONTENT), codec(Codec.Format.GZIP))).isEqualTo(Put.IDENTICAL);
        assertThat(archive.put(SEGMENT, of(OTHER), codec(Codec.Format.NONE))).isEqualTo(Put.CONFLICT);
        assertThat(archive.repository().list("wal/")).hasSize(1);
    }

    @Test
    void history_files_are_stored_as_they_are() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        byte[] text = "1\t0/2000000\tno reason\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

        archive.put(HISTORY, of(text), Codec.ZSTD_1);

        assertThat(archive.repository().list("wal/")).containsExactly(
                "wal/00000002.history", "wal/00000002.history.sha256");
        assertThat(stored(archive, "wal/00000002.history")).isEqualTo(text);
        assertThat(get(archive, HISTORY)).isEqualTo(text);
    }

    @Test
    void names_are_listed_by_timeline() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        List<String> names = List.of("000000010000000000000001", "000000010000000000000002.partial",
                "000000010000000000000001.00000028.backup", "000000020000000000000002", "00000002.history");
        for (String name : names) {
            archive.put(name, of(CONTENT), Codec.ZSTD_1);
        }

        assertThat(archive.names()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(archive.namesOf(new TimelineId(2))).containsExactly("000000020000000000000002");
    }

    @Test
    void what_was_never_stored_is_no_such_file() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();

        assertThatThrownBy(() -> archive.get(SEGMENT, OutputStream.nullOutputStream()))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(archive.holds(SEGMENT)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Codec.Format.class)
    void any_flipped_bit_is_noticed_or_harmless(Codec.Format format) throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        byte[] content = content(3, 20_000);
        archive.put(SEGMENT, of(content), codec(format));
        String key = WalKeys.key(SEGMENT, format);
        byte[] stored = stored(archive, key);
        int noticed = 0;
        for (int at = 0; at < stored.length; at += at < 30 || at > stored.length - 250 ? 1 : 37) {
            byte[] flipped = stored.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            replace(archive, key, flipped);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                archive.get(SEGMENT, out);
                // Only what says nothing about the content may change: a gzip header's time, say.
                assertThat(out.toByteArray()).as("flip at %s of %s", at, format).isEqualTo(content);
            } catch (IOException e) {
                noticed++;
            }
        }
        assertThat(noticed).isGreaterThan(300);
    }

    @ParameterizedTest
    @EnumSource(Codec.Format.class)
    void any_truncation_is_noticed(Codec.Format format) throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        byte[] content = content(3, 20_000);
        archive.put(SEGMENT, of(content), codec(format));
        String key = WalKeys.key(SEGMENT, format);
        byte[] stored = stored(archive, key);
        for (int length = 0; length < stored.length; length += length > stored.length - 300 ? 1 : 97) {
            replace(archive, key, java.util.Arrays.copyOf(stored, length));
            assertThatThrownBy(() -> archive.get(SEGMENT, OutputStream.nullOutputStream()))
                    .as("%s cut at %s", format, length).isInstanceOf(IOException.class)
                    .isNotInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void garbage_under_a_name_is_damage_with_the_key() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        String key = WalKeys.key(SEGMENT, Codec.Format.ZSTD);
        archive.repository().putIfAbsent(key, "not zstd at all".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> archive.get(SEGMENT, OutputStream.nullOutputStream())).isInstanceOf(IOException.class)
                .hasMessageContaining(key);
        assertThatThrownBy(() -> archive.put(SEGMENT, of(CONTENT), Codec.ZSTD_1)).isInstanceOf(IOException.class)
                .hasMessageContaining(key);
    }

    @Test
    void another_segment_under_a_name_is_damage() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        archive.put("000000010000000000000002", of(OTHER), Codec.ZSTD_1);
        byte[] second = stored(archive, WalKeys.key("000000010000000000000002", Codec.Format.ZSTD));
        archive.repository().putIfAbsent(WalKeys.key(SEGMENT, Codec.Format.ZSTD), second);

        assertThatThrownBy(() -> archive.get(SEGMENT, OutputStream.nullOutputStream()))
                .isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("sealed as 000000010000000000000002");
    }

    @Test
    void two_files_of_different_content_under_one_name_are_damage() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        archive.put(SEGMENT, of(CONTENT), Codec.ZSTD_1);
        WalArchive elsewhere = ArchiveFixture.create(2).archive();
        elsewhere.put(SEGMENT, of(OTHER), codec(Codec.Format.GZIP));
        archive.repository().putIfAbsent(WalKeys.key(SEGMENT, Codec.Format.GZIP),
                stored(elsewhere, WalKeys.key(SEGMENT, Codec.Format.GZIP)));

        assertThatThrownBy(() -> archive.get(SEGMENT, OutputStream.nullOutputStream()))
                .isInstanceOf(WalCorruptException.class).hasMessageContaining("two files of different content");
    }

    @Test
    void more_content_than_a_segment_has_is_damage_before_it_fills_the_disk() throws Exception {
        WalArchive archive = ArchiveFixture.create(1).archive();
        archive.put(SEGMENT, of(new byte[ArchiveFixture.LAYOUT.segmentBytes() + 1]), Codec.ZSTD_1);

        assertThatThrownBy(() -> archive.get(SEGMENT, OutputStream.nullOutputStream()))
                .isInstanceOf(WalCorruptException.class).hasMessageContaining("longer than 1048576 bytes");
    }

    @Test
    void without_seawall_everything_can_be_checked_and_read(@TempDir Path directory) throws Exception {
        LinuxDisk disk = new LinuxDisk();
        Path root = directory.resolve("repository");
        WalArchive archive = new WalArchive(
                DirectoryRepository.create(disk, new SystemWorld(), root, ArchiveFixture.IDENTITY));
        archive.put("000000010000000000000001", of(CONTENT), codec(Codec.Format.ZSTD));
        archive.put("000000010000000000000002", of(CONTENT), codec(Codec.Format.GZIP));
        archive.put("000000010000000000000003", of(CONTENT), codec(Codec.Format.NONE));
        Path stored = root.resolve("wal/00000001/00000000");

        // As the documentation of Seal says.
        String script = "set -e; cd " + stored + "; "
                + "zstd -q -t *.zst; zstd -q -d 000000010000000000000001.zst; "
                + "tail -c 256 000000010000000000000001.zst | grep -aoE '[0-9a-f]{64}  .*' | sha256sum -c; "
                + "gzip -t *.gz; gzip -d -k 000000010000000000000002.gz; "
                + "tail -c 256 000000010000000000000002.gz | grep -aoE '[0-9a-f]{64}  .*' | sha256sum -c; "
                + "sha256sum -c *.sha256";
        PostgresPrograms.Output output = PostgresPrograms.execute(List.of("bash", "-c", script), Map.of("LC_ALL", "C"));

        assertThat(output.orFail()).isEqualTo("""
                000000010000000000000001: OK
                000000010000000000000002: OK
                000000010000000000000003: OK
                """);
        assertThat(Files.readAllBytes(stored.resolve("000000010000000000000001"))).isEqualTo(CONTENT);
        assertThat(Files.readAllBytes(stored.resolve("000000010000000000000002"))).isEqualTo(CONTENT);
    }
}
