package dev.seawall.walwriter.start;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
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

        assertThat(refused())
                .hasMessageContaining("history file is missing, file \"/cluster/pg_wal/00000002.history\"");
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
