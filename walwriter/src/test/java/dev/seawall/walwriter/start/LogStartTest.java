package dev.seawall.walwriter.start;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.MemoryLog.Placed;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.body.PageImages;
import dev.seawall.wal.record.body.RelationSizes;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogStartTest {

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

    // --- what is found

    @Test
    void a_new_cluster_starts_behind_its_checkpoint() throws IOException {
        try (StartedLog started = start()) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.AFTER_SHUTDOWN);
            assertThat(started.insertPosition()).isEqualTo(log.end());
            assertThat(started.previousRecord()).isEqualTo(log.records().getLast().start());
            assertThat(started.nextXid()).isEqualTo(3);
            assertThat(started.history()).isEqualTo(TimelineHistory.root(TimelineId.FIRST));
            assertThat(started.systemId()).isEqualTo(MemoryLog.SYSTEM_ID);
            assertThat(started.relationBlocks()).isEmpty();
            assertThat(started.lastCommitTime()).isEqualTo(Instant.EPOCH);
        }
    }

    @Test
    void what_the_writer_must_know_is_gathered_from_the_records() throws IOException {
        RelationId grown = new RelationId(1663, 5, 16384);
        RelationId named = new RelationId(1663, 5, 16385);
        Instant commit = Instant.parse("2026-11-22T12:34:56.789012Z");
        log.message(17, new byte[] {1});
        log.append(new RelationSizes(Map.of(grown, 2, named, 9))::encode);
        log.append(r -> PageImages.encodeEmpty(r, grown, 2, 5));
        log.append(r -> TransactionRecord.encode(r, TransactionRecord.COMMIT, 17, PgTime.of(commit)));
        log.append(r -> TransactionRecord.encode(r, TransactionRecord.ABORT, 12, PgTime.of(commit) - 5));
        log.append(RunningXacts.of(40, 40, 39, List.of())::encode);
        Placed last = log.message("last");
        cluster.write();

        try (StartedLog started = start()) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.AFTER_CRASH);
            assertThat(started.nextXid()).isEqualTo(40);
            assertThat(started.lastCommitTime()).isEqualTo(commit);
            assertThat(started.relationBlocks()).isEqualTo(Map.of(grown, 7, named, 9));
            assertThat(started.previousRecord()).isEqualTo(last.start());
            assertThat(started.insertPosition()).isEqualTo(last.end());
        }
    }

    @Test
    void the_last_page_is_handed_over_without_what_was_behind_the_end() throws IOException {
        log.message(0, new byte[20_000]);
        Lsn end = log.end();
        Placed torn = log.message("torn");
        log.flip(torn.start().plus(30));
        cluster.write();

        try (StartedLog started = start()) {
            assertThat(started.insertPosition()).isEqualTo(end);
            int used = LAYOUT.offsetInPage(end);
            byte[] page = new byte[8192];
            started.lastPage().get(0, page);
            byte[] segment = log.segment(1);
            int at = LAYOUT.offsetInSegment(end) - used;
            assertThat(Arrays.copyOf(page, used)).isEqualTo(Arrays.copyOfRange(segment, at, at + used));
            assertThat(Arrays.copyOfRange(page, used, 8192)).containsOnly(0);
        }
    }

    @Test
    void a_torn_tail_is_cut_off_and_nothing_stale_is_left_behind_it() throws IOException {
        log.message("kept");
        Lsn end = log.end();
        Placed torn = log.message(0, new byte[2_500_000]);
        log.message("behind");
        log.flip(torn.start().plus(100_000));
        cluster.write();

        start().close();

        byte[] segment = cluster.read(cluster.segment(1));
        assertThat(Arrays.copyOfRange(segment, LAYOUT.offsetInSegment(end), segment.length)).containsOnly(0);
        assertThat(disk.list(cluster.wal())).containsExactly(ClusterFixture.name(1), "archive_status");
    }

    @Test
    void a_log_that_ends_with_its_segment_starts_at_the_next_one() throws IOException {
        log.switchSegment();
        cluster.write();
        cluster.overwrite(cluster.segment(2), 0, new byte[LAYOUT.segmentBytes()]);

        try (StartedLog started = start()) {
            assertThat(started.insertPosition()).isEqualTo(LAYOUT.startOf(new SegmentNumber(2)));
            assertThat(disk.exists(cluster.segment(2))).isFalse();
        }
    }

    @Test
    void a_stale_recycled_segment_is_not_taken_for_the_log() throws IOException {
        log.message(0, new byte[1_500_000]);
        cluster.write();
        cluster.overwrite(cluster.segment(3), 0, log.segment(1));

        try (StartedLog started = start()) {
            assertThat(started.insertPosition()).isEqualTo(log.end());
            assertThat(disk.exists(cluster.segment(3))).isFalse();
        }
    }

    @Test
    void a_clean_stop_is_told_from_a_crash_by_control_file_and_log() throws IOException {
        start().close();
        try (StartedLog started = start()) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.AFTER_SHUTDOWN);
            started.control().write(started.control().controlFile()
                    .with(ControlFile.State.IN_PRODUCTION, ClusterFixture.NOW));
        }
        try (StartedLog started = start()) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.AFTER_CRASH);
        }
    }

    @Test
    void what_a_dead_process_left_unfinished_is_removed() throws IOException {
        cluster.overwrite(cluster.wal().resolve("xlogtemp.000000010000000000000002"), 0, (byte) 1);

        start().close();

        assertThat(disk.list(cluster.wal())).containsExactly(ClusterFixture.name(1), "archive_status");
    }

    // --- a torn tail told from damage

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

    // --- what else is refused

    @Test
    void a_second_writer_is_told_so() throws IOException {
        try (StartedLog _ = start()) {
            assertThatExceptionOfType(DirectoryLock.InUseException.class).isThrownBy(this::start)
                    .withMessageContaining("directory \"/cluster\" is in use by another Seawall process\nHINT: ");
        }
        start().close();
    }

    @Test
    void a_refused_start_leaves_the_directory_free() throws IOException {
        cluster.overwrite(ClusterLayout.control(CLUSTER), 0, (byte) 99);
        refused();

        DirectoryLock.take(disk, CLUSTER).close();
    }

    @Test
    void no_control_file_is_no_cluster() throws IOException {
        disk.delete(ClusterLayout.control(CLUSTER));

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(this::start)
                .withMessageContaining("not a cluster").withMessageContaining("HINT: ");
    }

    @Test
    void a_missing_log_directory_is_damage() throws IOException {
        Disk withoutLog = new SimulatedDisk(2);
        withoutLog.createDirectory(CLUSTER);
        withoutLog.createDirectory(CLUSTER.resolve("global"));
        ControlStore.create(withoutLog, CLUSTER, readControl());

        assertThatExceptionOfType(WalCorruptException.class).isThrownBy(() -> LogStart.start(withoutLog, CLUSTER))
                .withMessageContaining("the log's directory is missing");
    }

    private ControlFile readControl() throws IOException {
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            return control.controlFile();
        }
    }

    @Test
    void an_unfinished_recovery_is_not_started_as_a_log() throws IOException {
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            control.write(control.controlFile().with(ControlFile.State.IN_ARCHIVE_RECOVERY, ClusterFixture.NOW));
        }

        assertThatIOException().isThrownBy(this::start)
                .withMessageContaining("recovery of the cluster in \"/cluster\" has not been finished");
    }

    @Test
    void a_timeline_without_its_history_file_is_refused() throws IOException {
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            control.write(control.controlFile().with(log.end(), 2));
        }

        assertThat(refused()).hasMessageContaining("history file is missing, file \"/cluster/pg_wal/00000002.history\"");
    }

    @Test
    void a_timeline_switched_to_but_not_begun_begins_with_end_of_recovery() throws IOException {
        log.message("mine");
        Lsn left = log.end();
        cluster.write();
        log.writeTo(disk, cluster.wal(), 2);
        String history = TimelineHistory.root(TimelineId.FIRST)
                .branch(new TimelineId(2), left, "no recovery target specified").toText();
        cluster.overwrite(cluster.wal().resolve("00000002.history"), 0, history.getBytes());
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            control.write(control.controlFile().with(left, 2));
        }

        try (StartedLog started = start()) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.NEW_TIMELINE);
            assertThat(started.history().timeline()).isEqualTo(new TimelineId(2));
            assertThat(started.insertPosition()).isEqualTo(left);
        }
    }
}
