package dev.seawall.walwriter.start;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.MemoryLog.Placed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Bad logs and what becomes of them: a torn tail is cut off, damage is refused.
final class LogDamageTest {

    private static final Path CLUSTER = Path.of("/cluster");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private ClusterFixture cluster;
    private MemoryLog log;

    @BeforeEach
    void create() throws IOException {
        cluster = new ClusterFixture(disk, CLUSTER);
        log = cluster.log;
    }

    private StartedLog start() throws IOException {
        return LogStart.start(disk, CLUSTER);
    }

    private WalCorruptException refused() {
        return assertThatExceptionOfType(WalCorruptException.class).isThrownBy(this::start).actual();
    }

    @Test
    void a_flipped_byte_behind_the_last_watermark_is_a_torn_tail() throws IOException {
        log.message("a");
        log.watermark(log.end());
        Placed flipped = log.message("b");
        log.message("c");
        log.flip(flipped.start().plus(40));
        cluster.write();

        try (StartedLog started = start()) {
            assertThat(started.insertPosition()).isEqualTo(flipped.start());
        }
    }

    @Test
    void a_flipped_byte_before_a_watermark_on_the_same_page_is_damage() throws IOException {
        Placed flipped = log.message("b");
        Placed watermark = log.watermark(log.end());
        log.flip(flipped.start().plus(40));
        cluster.write();

        assertThat(refused()).hasMessage("log is damaged: incorrect resource manager data checksum in record at "
                + flipped.start() + "; the log was durable up to " + flipped.end() + " (watermark record at "
                + watermark.start() + "), so what stood from " + flipped.start() + " to there is lost; found at LSN "
                + flipped.start() + ", segment 000000010000000000000001, offset "
                + LAYOUT.offsetInSegment(flipped.start())
                + "\nHINT: Put the segment back from the archive or a standby, or restore the cluster."
                + " To give up for good what stood from " + flipped.start()
                + " on, start once with accept_log_loss_at = '" + flipped.start() + "'.");
    }

    @Test
    void a_flipped_byte_before_a_watermark_segments_away_is_damage() throws IOException {
        Placed flipped = log.message(0, new byte[3000]);
        log.message(0, new byte[3_300_000]);
        log.message("more");
        log.watermark(log.end());
        log.flip(flipped.start());
        cluster.write();

        assertThat(refused()).hasMessageContaining("is lost; found at LSN " + flipped.start());
    }

    @Test
    void a_log_shorter_than_its_low_water_mark_is_damaged() throws IOException {
        Placed flipped = log.message("b");
        Lsn durable = log.end();
        log.flip(flipped.start().plus(40));
        cluster.write().lowWaterMark(durable);

        assertThat(refused()).hasMessageContaining("durable up to " + durable + " (low-water mark)");
    }

    @Test
    void a_missing_segment_in_the_middle_is_damage() throws IOException {
        log.message(0, new byte[1_500_000]);
        log.message(0, new byte[1_500_000]);
        log.message("there");
        cluster.write();
        disk.delete(cluster.segment(2));
        disk.syncDirectory(cluster.wal());

        assertThat(refused()).hasMessageContaining("could not find file \"000000010000000000000002\"")
                .hasMessageContaining("a segment is missing, but later ones are there")
                .hasMessageContaining("to " + log.end() + " is lost");
    }

    @Test
    void a_segment_that_is_not_there_yet_is_no_damage() throws IOException {
        log.message("a");
        Lsn end = log.end();
        log.message(0, new byte[1_500_000]);
        cluster.write();
        disk.delete(cluster.segment(2));
        disk.syncDirectory(cluster.wal());

        try (StartedLog started = start()) {
            assertThat(started.insertPosition()).isEqualTo(end);
        }
    }

    @Test
    void a_truncated_segment_is_damage() throws IOException {
        log.message(0, new byte[1_500_000]);
        cluster.write();
        try (var file = disk.open(cluster.segment(2), Set.of())) {
            file.truncate(65_536);
            file.sync();
        }

        assertThat(refused()).hasMessageContaining("log segment has 65536 bytes, not 1048576")
                .hasMessageContaining(ClusterFixture.name(2));
    }

    @Test
    void a_segment_of_another_system_is_damage() throws IOException {
        log.message(0, new byte[1_500_000]);
        log.segment(2)[24] ^= 1;
        cluster.write();

        assertThat(refused()).hasMessageContaining("WAL file is from different database system")
                .hasMessageContaining("belongs to another cluster");
    }

    @Test
    void pages_of_another_timeline_at_the_end_are_damage() throws IOException {
        log.message("mine");
        log.timeline(4);
        log.message(0, new byte[30_000]);
        cluster.write();

        assertThat(refused()).hasMessageContaining("unexpected timeline ID 4")
                .hasMessageContaining("a timeline that is not in the history of timeline 1");
    }

    @Test
    void segments_of_a_future_timeline_are_refused() throws IOException {
        log.message("mine");
        cluster.write();
        Path future = cluster.wal().resolve(
                new SegmentName(new TimelineId(2), new SegmentNumber(1)).fileName(LAYOUT));
        cluster.overwrite(future, 0, log.segment(1));

        assertThat(refused())
                .hasMessageContaining("log segment is of timeline 2, but the control file is of timeline 1");
    }

    @Test
    void a_checkpoint_that_the_control_file_names_must_be_there() throws IOException {
        log.flip(log.records().getFirst().start().plus(60));
        cluster.write();

        assertThat(refused()).hasMessageStartingWith(
                "log is damaged: no valid checkpoint record where the control file names one: incorrect resource"
                        + " manager data checksum in record at 0/100028; looked for at LSN 0/100028");
    }

    @Test
    void nothing_is_changed_where_the_start_is_refused() throws IOException {
        Placed flipped = log.message("b");
        log.watermark(log.end());
        log.message(0, new byte[1_500_000]);
        log.flip(flipped.start().plus(40));
        cluster.write();

        refused();

        assertThat(cluster.read(cluster.segment(1))).isEqualTo(log.segment(1));
        assertThat(cluster.read(cluster.segment(2))).isEqualTo(log.segment(2));
    }

    @Test
    void loss_accepted_at_the_very_place_ends_the_log_there_for_good() throws IOException {
        Placed flipped = log.message("b");
        log.message("c");
        log.watermark(log.end());
        Lsn durable = log.end();
        log.flip(flipped.start().plus(40));
        cluster.write().lowWaterMark(durable);

        assertThatExceptionOfType(WalCorruptException.class)
                .isThrownBy(() -> LogStart.start(disk, CLUSTER, flipped.end()));
        LogStart.start(disk, CLUSTER, flipped.start()).close();

        // Neither what was erased nor the old low-water mark is held against it.
        try (StartedLog started = start()) {
            assertThat(started.insertPosition()).isEqualTo(flipped.start());
        }
    }
}
