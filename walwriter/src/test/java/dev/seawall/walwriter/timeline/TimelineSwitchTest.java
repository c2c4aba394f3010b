package dev.seawall.walwriter.timeline;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static dev.seawall.walwriter.start.ClusterFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Fault.Phase;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.read.Watermarks;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterFixture;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.LogScan;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TimelineSwitchTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final TimelineId TWO = new TimelineId(2);
    private static final TimelineId THREE = new TimelineId(3);

    private SimulatedDisk disk = new SimulatedDisk(1);
    private MemoryArchive archive = new MemoryArchive(disk);
    private ClusterFixture cluster;
    private MemoryLog log;
    private Lsn target = Lsn.INVALID;
    private boolean isArchiving;

    /// A log of three segments, recovered to the middle of its second; and a third beyond.
    private void create(SimulatedDisk on) throws IOException {
        disk = on;
        archive = new MemoryArchive(disk);
        cluster = new ClusterFixture(disk, CLUSTER);
        log = cluster.log;
        log.message(7, new byte[1_200_000]);
        target = log.message("last of ours").end();
        log.message("beyond");
        log.message(0, new byte[1_200_000]);
        cluster.write();
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            control.write(control.controlFile().with(ControlFile.State.IN_ARCHIVE_RECOVERY, NOW));
        }
    }

    private StartedLog recoverAndPromote() throws IOException {
        DirectoryLock lock = DirectoryLock.take(disk, CLUSTER);
        WalDirectory wal = new WalDirectory(disk, cluster.wal(), LAYOUT);
        wal.makeTrue();
        HistoryFiles histories = new HistoryFiles(disk, wal, archive);
        ControlStore control = ControlStore.open(disk, CLUSTER);
        TimelineHistory history = new TimelineChoice.Latest().resolve(histories, control.controlFile());
        LogScan scan = new LogScan(control.controlFile().checkpoint(), new Watermarks());
        try (RestoredLog restored =
                new RestoredLog(disk, cluster.wal(), LAYOUT, MemoryLog.SYSTEM_ID, history, archive)) {
            WalReader reader = new WalReader(restored, LAYOUT);
            reader.expect(MemoryLog.SYSTEM_ID, history);
            reader.seek(control.controlFile().checkpoint().redo());
            while (scan.end().isBefore(target) && reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                scan.see(record);
            }
        }
        return TimelineSwitch.promote(
                new TimelineSwitch.Recovered(disk, CLUSTER, lock, control, history, scan, isArchiving),
                "before 0/123", histories, archive, NOW);
    }

    private String name(TimelineId timeline, long segment) {
        return new SegmentName(timeline, new SegmentNumber(segment)).fileName(LAYOUT);
    }

    @Test
    void the_new_timeline_goes_on_where_the_old_one_was_left() throws IOException {
        create(disk);

        try (StartedLog started = recoverAndPromote()) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.NEW_TIMELINE);
            assertThat(started.insertPosition()).isEqualTo(target);
            assertThat(started.nextXid()).isEqualTo(8);
            assertThat(started.history().timeline()).isEqualTo(TWO);
            assertThat(started.history().toText()).isEqualTo("1\t" + target + "\tbefore 0/123\n");
        }
        byte[] begun = cluster.read(cluster.wal().resolve(name(TWO, 2)));
        int used = LAYOUT.offsetInSegment(target);
        assertThat(Arrays.copyOf(begun, used)).isEqualTo(Arrays.copyOf(log.segment(2), used));
        assertThat(Arrays.copyOfRange(begun, used, begun.length)).containsOnly(0);
        assertThat(disk.list(cluster.wal())).containsExactly(
                name(TimelineId.FIRST, 1), name(TimelineId.FIRST, 2), "00000002.history", name(TWO, 2),
                "archive_status");
        assertThat(archive.files).containsKey("00000002.history");
    }

    @Test
    void the_last_page_is_handed_over_up_to_the_switch_point() throws IOException {
        create(disk);

        try (StartedLog started = recoverAndPromote()) {
            byte[] page = new byte[8192];
            started.lastPage().get(0, page);
            int used = LAYOUT.offsetInPage(target);
            int at = LAYOUT.offsetInSegment(target) - used;
            assertThat(Arrays.copyOf(page, used)).isEqualTo(Arrays.copyOfRange(log.segment(2), at, at + used));
            assertThat(Arrays.copyOfRange(page, used, 8192)).containsOnly(0);
        }
    }

    @Test
    void a_start_before_anything_was_logged_begins_the_new_timeline_again() throws IOException {
        create(disk);
        recoverAndPromote().close();

        try (StartedLog started = LogStart.start(disk, CLUSTER)) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.NEW_TIMELINE);
            assertThat(started.insertPosition()).isEqualTo(target);
            assertThat(started.history().timeline()).isEqualTo(TWO);
        }
    }

    @Test
    void with_archiving_the_old_timelines_last_segment_is_kept_as_partial() throws IOException {
        create(disk);
        isArchiving = true;

        recoverAndPromote().close();

        assertThat(disk.list(cluster.wal())).contains(name(TimelineId.FIRST, 2) + ".partial")
                .doesNotContain(name(TimelineId.FIRST, 2));
        assertThat(new ArchiveStatus(disk, cluster.wal()).ready())
                .containsExactly("00000002.history", name(TimelineId.FIRST, 2) + ".partial");
        LogStart.start(disk, CLUSTER).close();
    }

    @Test
    void a_claimed_id_is_not_taken_again() throws IOException {
        create(disk);
        TimelineHistory left = TimelineHistory.root(TimelineId.FIRST).branch(THREE, target, "somebody else's");
        archive.put(left);

        try (StartedLog started = recoverAndPromote()) {
            assertThat(started.history().timeline()).as("2 is free").isEqualTo(TWO);
        }
        create(new SimulatedDisk(2));
        archive.put(TimelineHistory.root(TimelineId.FIRST).branch(TWO, target, "an earlier try"));
        try (StartedLog started = recoverAndPromote()) {
            assertThat(started.history().timeline()).isEqualTo(THREE);
            assertThat(started.history().toText()).isEqualTo("1\t" + target + "\tbefore 0/123\n");
        }
    }

    @Test
    void a_switch_at_a_segments_end_makes_no_file_of_a_segment() throws IOException {
        create(disk);
        MemoryLog shorter = log;
        shorter.switchSegment();
        cluster.write();
        target = shorter.end();

        try (StartedLog started = recoverAndPromote()) {
            assertThat(started.insertPosition()).isEqualTo(LAYOUT.startOf(LAYOUT.segmentOf(target)));
            assertThat(disk.list(cluster.wal())).noneMatch(file -> file.startsWith("000000020"));
        }
        try (StartedLog started = LogStart.start(disk, CLUSTER)) {
            assertThat(started.opening()).isEqualTo(StartedLog.Opening.NEW_TIMELINE);
        }
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void a_power_cut_anywhere_leaves_an_unfinished_recovery_or_the_new_timeline(Phase phase) throws IOException {
        create(disk);
        SimulatedDisk origin = disk;
        long before = origin.changes();
        recoverAndPromote().close();
        long calls = origin.changes() - before;
        boolean[] seen = new boolean[2];
        for (long n = 1; n <= calls; n++) {
            create(new SimulatedDisk(n));
            disk.strictDirectories(true);
            disk.cutPower(phase, n);
            try {
                recoverAndPromote().close();
            } catch (PowerCut e) {
                // As planned.
            }
            disk.crash();
            disk.restart();
            ControlFile.State state;
            try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
                state = control.controlFile().state();
            }
            boolean isUnfinished = state == ControlFile.State.IN_ARCHIVE_RECOVERY;
            seen[isUnfinished ? 0 : 1] = true;
            try (StartedLog started = isUnfinished ? recoverAndPromote() : LogStart.start(disk, CLUSTER)) {
                assertThat(started.opening()).as("call %d", n).isEqualTo(StartedLog.Opening.NEW_TIMELINE);
                assertThat(started.insertPosition()).as("call %d", n).isEqualTo(target);
                assertThat(recordsOf(started)).as("call %d", n).isEqualTo(3);
            }
        }
        assertThat(seen).as("both states before and after").containsExactly(true, true);
    }

    private int recordsOf(StartedLog started) throws IOException {
        try (SegmentFiles files = new SegmentFiles(disk, cluster.wal(), LAYOUT, started.history())) {
            WalReader reader = new WalReader(files, LAYOUT);
            reader.seek(new Lsn(LAYOUT.segmentBytes()));
            int count = 0;
            while (reader.next() instanceof ReadOutcome.Complete) {
                count++;
            }
            assertThat(reader.position()).isEqualTo(target);
            return count;
        }
    }
}
