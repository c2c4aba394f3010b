package dev.seawall.archiver.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.disk.SmallFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

final class ArchiveReaderTest {

    private static final Path INTO = Path.of("/cluster/copy");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(archive, "UTF-8");

    ArchiveReaderTest() {
        disk.makeDirectories(INTO);
    }

    private void add(TarArchiveEntry entry, String content) throws IOException {
        entry.setSize(content.length());
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(US_ASCII));
        tar.closeArchiveEntry();
    }

    private byte[] archive() throws IOException {
        tar.finish();
        return archive.toByteArray();
    }

    private void unpack(byte[] bytes) throws IOException {
        new ArchiveReader(disk).unpack(new ByteArrayInputStream(bytes), INTO, _ -> { });
    }

    @Test
    void files_and_directories_are_durable_when_it_returns() throws IOException {
        AtomicLong told = new AtomicLong();
        add(new TarArchiveEntry("backup_label"), "START");
        add(new TarArchiveEntry("pg_wal/archive_status/", TarConstants.LF_DIR), "");
        add(new TarArchiveEntry("base/5/1663"), "x".repeat(300_000));

        new ArchiveReader(disk).unpack(new ByteArrayInputStream(archive()), INTO, told::set);
        disk.crash();
        disk.restart();

        assertThat(disk.list(INTO)).containsExactly("backup_label", "base", "pg_wal");
        assertThat(SmallFile.read(disk, INTO.resolve("backup_label"))).isEqualTo("START");
        assertThat(SmallFile.read(disk, INTO.resolve("base/5/1663"))).isEqualTo("x".repeat(300_000));
        assertThat(disk.list(INTO.resolve("pg_wal/archive_status"))).isEmpty();
        assertThat(told.get()).isGreaterThan(300_000);
    }

    @Test
    void an_archive_that_leaves_the_directory_or_holds_links_is_refused() throws IOException {
        for (TarArchiveEntry entry : new TarArchiveEntry[] {
            new TarArchiveEntry("../evil"), new TarArchiveEntry("base/../../evil"),
            new TarArchiveEntry("link", TarConstants.LF_SYMLINK), new TarArchiveEntry("link", TarConstants.LF_LINK),
            new TarArchiveEntry("pipe", TarConstants.LF_FIFO)
        }) {
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            try (TarArchiveOutputStream out = new TarArchiveOutputStream(one, "UTF-8")) {
                out.putArchiveEntry(entry);
                out.closeArchiveEntry();
            }
            assertThatExceptionOfType(IOException.class).as(entry.getName()).isThrownBy(() -> unpack(one.toByteArray()))
                    .withMessageContaining("what belongs into none: \"" + entry.getName() + "\"");
        }
        assertThat(disk.list(Path.of("/"))).containsExactly("cluster");
        assertThat(disk.list(INTO)).isEmpty();
    }

    @Test
    void an_archive_that_ends_within_a_file_is_refused() throws IOException {
        add(new TarArchiveEntry("base/5/1663"), "x".repeat(300_000));
        byte[] cut = Arrays.copyOf(archive(), 100_000);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> unpack(cut));
    }
}
