package dev.seawall.archiver.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.Repository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.walwriter.SegmentSource.Fetched;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FetchTest {

    private static final Path DESTINATION = Path.of("/cluster/pg_wal/RECOVERYXLOG");

    private final ArchiveFixture fixture;
    private final WalArchive archive;
    private final MemoryLog log = ArchiveFixture.log();
    private final Fetch fetch;

    FetchTest() throws IOException {
        fixture = ArchiveFixture.create(1);
        archive = fixture.archive();
        fetch = new Fetch(fixture.disk, archive, ArchiveFixture.IDENTITY);
    }

    private void store(int timeline, long segment, Codec codec) throws IOException {
        archive.put(ArchiveFixture.name(timeline, segment),
                () -> new ByteArrayInputStream(log.segment(segment)), codec);
    }

    private void store(long... segments) throws IOException {
        for (long segment : segments) {
            store(1, segment, Codec.ZSTD_1);
        }
    }

    /// Timeline 2 leaves 1 in segment 3.
    private void branch() throws IOException {
        new ArchivedTimelines(archive).claim(TimelineHistory.root(TimelineId.FIRST)
                .branch(new TimelineId(2), new Lsn(0x380000), "test"));
    }

    private Fetched fetch(long segment) {
        return fetch.fetch(ArchiveFixture.name(segment), DESTINATION);
    }

    private static String proof(Fetched fetched) {
        assertThat(fetched).isInstanceOf(Fetched.Absent.class);
        return ((Fetched.Absent) fetched).proof();
    }

    private static String reason(Fetched fetched) {
        assertThat(fetched).isInstanceOf(Fetched.Unknown.class);
        return ((Fetched.Unknown) fetched).reason();
    }

    @Test
    void what_is_stored_is_found_whatever_it_is_compressed_with() throws Exception {
        store(1, 1, Codec.ZSTD_1);
        store(1, 2, new Codec(Codec.Format.GZIP, 6));
        store(1, 3, Codec.NONE);

        for (long segment = 1; segment <= 3; segment++) {
            assertThat(fetch(segment)).isEqualTo(new Fetched.Found());
            assertThat(fixture.read(DESTINATION)).isEqualTo(log.segment(segment));
        }
    }

    @Test
    void a_history_file_is_found_and_replaces_a_longer_file() throws Exception {
        branch();
        ArchiveFixture.write(fixture.disk, DESTINATION, new byte[5000]);

        assertThat(fetch.fetch("00000002.history", DESTINATION)).isEqualTo(new Fetched.Found());
        assertThat(new String(fixture.read(DESTINATION), StandardCharsets.US_ASCII)).isEqualTo("1\t0/380000\ttest\n");
    }

    @Test
    void behind_the_archives_end_a_segment_is_proven_absent() throws Exception {
        store(1, 2, 3);

        assertThat(proof(fetch(4))).contains("7000000000000000001")
                .contains("the last segment of this timeline is 000000010000000000000003");
    }

    @Test
    void in_an_empty_archive_everything_is_absent() {
        assertThat(proof(fetch(1))).contains("the last segment of this timeline is none");
        assertThat(proof(fetch.fetch("00000002.history", DESTINATION))).contains("no segment of this timeline");
    }

    @Test
    void a_segment_missing_before_a_later_one_is_a_hole() throws Exception {
        store(1, 3);

        assertThat(reason(fetch(2))).contains("hole in the archive: 000000010000000000000002 is missing, "
                + "but 000000010000000000000003, which is later, is there").contains("HINT: ");
    }

    @Test
    void a_segment_missing_before_the_place_where_a_timeline_branched_off_is_a_hole() throws Exception {
        store(1);
        branch();
        store(2, 3, Codec.ZSTD_1);

        assertThat(reason(fetch(2))).contains("timeline 2 branched off behind it, at 0/380000");
        assertThat(proof(fetch(3))).contains("the last segment of this timeline is 000000010000000000000001");
    }

    @Test
    void the_partial_end_of_a_timeline_does_not_stand_in_for_its_segment() throws Exception {
        store(1, 2);
        archive.put(ArchiveFixture.name(3) + ".partial", () -> new ByteArrayInputStream(log.segment(3)), Codec.ZSTD_1);

        assertThat(fetch(3)).isInstanceOf(Fetched.Absent.class);
        assertThat(reason(fetch(0))).contains("which is later, is there");
    }

    @Test
    void a_history_file_missing_beside_segments_of_its_timeline_is_a_hole() throws Exception {
        store(2, 3, Codec.ZSTD_1);

        assertThat(reason(fetch.fetch("00000002.history", DESTINATION)))
                .contains("000000020000000000000003 of this timeline is there");
        assertThat(proof(fetch.fetch("00000003.history", DESTINATION))).contains("no segment of this timeline");
    }

    @Test
    void garbage_in_the_archive_is_unknown() throws Exception {
        Repository repository = archive.repository();
        byte[] noise = new byte[5000];
        new Random(3).nextBytes(noise);
        String prefix = "wal/00000001/00000000/";
        repository.putIfAbsent(prefix + ArchiveFixture.name(1) + ".zst", noise);
        repository.putIfAbsent(prefix + ArchiveFixture.name(2) + ".gz", noise);
        repository.putIfAbsent(prefix + ArchiveFixture.name(3), noise);
        repository.putIfAbsent(prefix + ArchiveFixture.name(4) + ".zst", new byte[0]);
        repository.putIfAbsent("wal/00000002.history", noise);

        for (long segment = 1; segment <= 4; segment++) {
            assertThat(reason(fetch(segment))).as("segment " + segment).isNotEmpty();
        }
        assertThat(reason(fetch.fetch("00000002.history", DESTINATION))).isNotEmpty();
        assertThat(reason(fetch(5))).as("a history that cannot be read proves nothing").isNotEmpty();
    }

    @Test
    void a_segment_that_is_another_one_inside_is_unknown() throws Exception {
        archive.put(ArchiveFixture.name(1), () -> new ByteArrayInputStream(log.segment(2)), Codec.ZSTD_1);

        assertThat(reason(fetch(1))).contains("segment begins with the page of LSN 0/200000");
    }

    @Test
    void a_short_segment_is_unknown() throws Exception {
        archive.put(ArchiveFixture.name(1), () -> new ByteArrayInputStream(log.segment(1), 0, 500_000), Codec.ZSTD_1);

        assertThat(reason(fetch(1))).contains("500000 bytes, not 1048576");
    }

    @Test
    void another_clusters_repository_is_unknown() throws Exception {
        store(1);
        Fetch other = new Fetch(fixture.disk, archive, new RepositoryIdentity(42, 1 << 20));

        assertThat(reason(other.fetch(ArchiveFixture.name(1), DESTINATION))).contains("not to 42");
        assertThat(reason(other.fetch(ArchiveFixture.name(9), DESTINATION))).contains("not to 42");
    }

    @Test
    void a_repository_that_went_away_is_unknown() throws Exception {
        store(1);
        fixture.disk.delete(ArchiveFixture.REPOSITORY.resolve(RepositoryIdentity.KEY));

        assertThat(reason(fetch(1))).contains("no repository in");
        assertThat(reason(fetch(2))).contains("no repository in");
    }

    @Test
    void a_device_error_at_any_call_is_never_absent() throws Exception {
        store(1, 2);
        branch();
        for (long nth = 1; nth < 60; nth++) {
            for (long segment : new long[] {1, 3}) {
                fixture.disk.inject(new Fault.InputOutputError(), nth,
                        call -> call.path().startsWith("/archive"));
                Fetched fetched = fetch(segment);
                fixture.disk.clearFaults();
                if (segment == 1) {
                    assertThat(fetched).as("error at call " + nth).isNotInstanceOf(Fetched.Absent.class);
                } else {
                    assertThat(fetched).as("error at call " + nth).isNotInstanceOf(Fetched.Found.class);
                }
            }
        }
    }

    @Test
    void an_uncompressed_segment_whose_put_died_before_its_seal_is_vouched_for_by_its_records() throws Exception {
        store(1, 1, Codec.NONE);
        store(1, 2, Codec.NONE);
        String prefix = "wal/00000001/00000000/";
        archive.repository().delete(prefix + ArchiveFixture.name(1) + ".sha256");
        assertThat(fetch(1)).isEqualTo(new Fetched.Found());

        byte[] damaged = log.segment(2).clone();
        damaged[300_000] ^= 1;
        archive.repository().delete(prefix + ArchiveFixture.name(2));
        archive.repository().delete(prefix + ArchiveFixture.name(2) + ".sha256");
        archive.repository().putIfAbsent(prefix + ArchiveFixture.name(2), damaged);
        assertThat(reason(fetch(2))).contains("checksum");
    }

    @Test
    void a_destination_that_cannot_be_written_is_unknown() throws Exception {
        store(1);

        assertThat(reason(fetch.fetch(ArchiveFixture.name(1), Path.of("/nowhere/file")))).isNotEmpty();
        assertThat(reason(fetch.fetch(ArchiveFixture.name(7), Path.of("/nowhere/file")))).isNotEmpty();
    }

    @Test
    void a_name_that_no_archive_holds_is_unknown() {
        assertThat(reason(fetch.fetch("../../etc/passwd", DESTINATION))).contains("not the name");
        assertThat(reason(fetch.fetch("RECOVERYHISTORY", DESTINATION))).contains("not the name");
    }
}
