package dev.seawall.walwriter.timeline;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.MemoryLog.Placed;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.read.Watermarks;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.start.ClusterFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RestoredLogTest {

    private static final TimelineId TWO = new TimelineId(2);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final MemoryArchive archive = new MemoryArchive(disk);
    private ClusterFixture cluster;
    private MemoryLog log;
    private TimelineHistory history = TimelineHistory.root(TimelineId.FIRST);

    /// Three archived segments; what follows is neither there nor anywhere.
    @BeforeEach
    void create() throws IOException {
        cluster = new ClusterFixture(disk, Path.of("/cluster"));
        disk.delete(cluster.segment(1));
        log = cluster.log;
        log.message(0, new byte[1_200_000]);
        log.message("in the middle");
        log.message(0, new byte[500_000]);
        log.switchSegment();
        log.message("third");
        log.switchSegment();
        for (int i = 1; i <= 3; i++) {
            archive.files.put(ClusterFixture.name(i), log.segment(i));
        }
    }

    private List<Lsn> recover() throws IOException {
        List<Lsn> starts = new ArrayList<>();
        Watermarks evidence = new Watermarks();
        try (RestoredLog restored =
                new RestoredLog(disk, cluster.wal(), LAYOUT, MemoryLog.SYSTEM_ID, history, archive)) {
            WalReader reader = new WalReader(restored, LAYOUT);
            reader.expect(MemoryLog.SYSTEM_ID, history);
            reader.seek(new Lsn(LAYOUT.segmentBytes()));
            Lsn end = reader.position();
            while (true) {
                switch (reader.next()) {
                    case ReadOutcome.Complete(WalRecord record, Lsn next) -> {
                        starts.add(record.start());
                        evidence.see(record);
                        end = next;
                    }
                    case ReadOutcome.NoRecord none -> {
                        restored.confirmEnd(none, end, evidence);
                        return starts;
                    }
                }
            }
        }
    }

    private RecoveryStoppedException stopped() {
        return assertThatExceptionOfType(RecoveryStoppedException.class).isThrownBy(this::recover).actual();
    }

    private List<Lsn> all() {
        return log.records().stream().map(Placed::start).toList();
    }

    @Test
    void segments_are_fetched_as_they_are_needed_and_kept() throws IOException {
        assertThat(recover()).isEqualTo(all());
        assertThat(disk.list(cluster.wal())).containsExactly(
                ClusterFixture.name(1), ClusterFixture.name(2), ClusterFixture.name(3), "archive_status");

        archive.unknown.addAll(archive.files.keySet());
        assertThat(recover()).as("fetched once").isEqualTo(all());
    }

    @Test
    void what_was_fetched_survives_a_power_cut() throws IOException {
        recover();
        disk.crash();
        disk.restart();

        assertThat(cluster.read(cluster.segment(2))).isEqualTo(log.segment(2));
    }

    @Test
    void the_archives_whole_segment_replaces_what_a_crash_left() throws IOException {
        byte[] torn = log.segment(2).clone();
        java.util.Arrays.fill(torn, 300_000, torn.length, (byte) 0);
        cluster.overwrite(cluster.segment(2), 0, torn);

        assertThat(recover()).isEqualTo(all());
    }

    @Test
    void what_only_pg_wal_has_is_read_to_its_end() throws IOException {
        log.message("newest");
        cluster.overwrite(cluster.segment(4), 0, log.segment(4));

        assertThat(recover()).isEqualTo(all());
    }

    @Test
    void an_archive_that_does_not_know_stops_recovery_and_says_where() {
        archive.unknown.add(ClusterFixture.name(3));

        assertThat(stopped()).hasMessageStartingWith("recovery stopped at 0/300000: could not get"
                + " \"000000010000000000000003\": connection refused\nHINT: ");
    }

    @Test
    void not_knowing_what_comes_behind_the_end_stops_recovery() {
        archive.unknown.add(ClusterFixture.name(5));

        assertThat(stopped()).hasMessageContaining("could not get \"000000010000000000000005\"");
    }

    @Test
    void a_hole_in_the_archive_stops_recovery() {
        archive.files.remove(ClusterFixture.name(2));

        assertThat(stopped()).hasMessageContaining("could not find file \"000000010000000000000002\"")
                .hasMessageContaining("but the archive has \"000000010000000000000003\", which comes later");
    }

    @Test
    void a_damaged_segment_in_the_archive_stops_recovery() {
        Placed third = log.records().get(log.records().size() - 2);
        log.flip(third.start().plus(30));

        assertThat(stopped()).hasMessageStartingWith("recovery stopped at " + third.start()
                + ": segment \"000000010000000000000003\" from the archive is damaged: incorrect resource manager"
                + " data checksum in record at " + third.start());
    }

    @Test
    void a_file_of_the_wrong_size_is_not_taken() {
        archive.files.put(ClusterFixture.name(2), new byte[100_000]);

        assertThat(stopped()).hasMessageContaining("it has 100000 bytes, not 1048576");
    }

    @Test
    void garbage_is_not_taken() {
        archive.files.put(ClusterFixture.name(2), new byte[LAYOUT.segmentBytes()]);

        assertThat(stopped()).hasMessageContaining("it does not begin with a segment's page header");
    }

    @Test
    void another_systems_segment_is_not_taken() {
        log.segment(2)[24] ^= 1;

        assertThat(stopped()).hasMessageContaining("it is of system 7000000000000000000");
    }

    @Test
    void another_segment_under_the_name_is_not_taken() {
        archive.files.put(ClusterFixture.name(2), log.segment(3));

        assertThat(stopped()).hasMessageContaining("it begins at 0/300000, not 0/200000");
    }

    @Test
    void evidence_of_more_in_pg_wal_is_damage() throws IOException {
        Placed lost = log.message("lost");
        log.watermark(log.end());
        log.flip(lost.start().plus(30));
        cluster.overwrite(cluster.segment(4), 0, log.segment(4));

        assertThatExceptionOfType(WalCorruptException.class).isThrownBy(this::recover)
                .withMessageContaining("is lost");
    }

    @Test
    void behind_a_switch_point_the_childs_segments_are_read() throws IOException {
        log.message("last of the parent");
        Lsn left = log.end();
        byte[] old = log.segment(4).clone();
        log.timeline(2);
        log.message("first of the child");
        history = history.branch(TWO, left, "test");
        archive.files.put(new SegmentName(TWO, new SegmentNumber(4)).fileName(LAYOUT), log.segment(4));
        archive.files.put(ClusterFixture.name(4), old);
        log.switchSegment();

        assertThat(recover()).isEqualTo(all());
    }

    @Test
    void a_child_that_wrote_nothing_ends_where_it_left_its_parent() throws IOException {
        log.message("last of the parent");
        List<Lsn> ours = all();
        Lsn left = log.end();
        log.message("the parent went on");
        log.switchSegment();
        archive.files.put(ClusterFixture.name(4), log.segment(4));
        history = history.branch(TWO, left, "test");

        assertThat(recover()).isEqualTo(ours);
    }
}
