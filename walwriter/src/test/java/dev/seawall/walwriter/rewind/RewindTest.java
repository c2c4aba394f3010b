package dev.seawall.walwriter.rewind;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static dev.seawall.walwriter.start.ClusterFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.Fault.Phase;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.walwriter.rewind.RewindResult.NotRequired;
import dev.seawall.walwriter.rewind.RewindResult.Rewound;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterFixture;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.LowWaterMark;
import dev.seawall.walwriter.timeline.DivergedException;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RewindTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final TimelineId TWO = new TimelineId(2);

    private final SimulatedWorld world = new SimulatedWorld(1);
    private SimulatedDisk disk = new SimulatedDisk(1);
    private ClusterFixture cluster;
    private MemoryLog log;
    private Lsn checkpoint = Lsn.INVALID;
    private Lsn fork = Lsn.INVALID;
    private OwnDataFiles.Reach reach = new OwnDataFiles.Reach(Lsn.INVALID, Lsn.INVALID);
    private TimelineId baseOf = TWO;
    private int endings;

    @AfterEach
    void close() {
        world.close();
    }

    /// Three segments; the standby was promoted in the second. The control file names a checkpoint that
    /// comes later.
    private void create(SimulatedDisk on) throws IOException {
        disk = on;
        cluster = new ClusterFixture(disk, CLUSTER);
        log = cluster.log;
        checkpoint = checkpoint();
        log.message(7, new byte[1_200_000]);
        commit(7);
        fork = log.message("last of both").end();
        log.message(8, "lost".getBytes(StandardCharsets.UTF_8));
        commit(8);
        Lsn late = checkpoint();
        log.message(9, new byte[1_200_000]);
        commit(9);
        log.message("outside");
        cluster.write();
        ArchiveStatus status = new ArchiveStatus(disk, cluster.wal());
        status.markReady(ClusterFixture.name(1));
        status.markReady(ClusterFixture.name(2));
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            control.write(control.controlFile().with(ControlFile.State.IN_PRODUCTION, NOW, late, checkpointAt(late)));
            control.write(new LowWaterMark(TimelineId.FIRST, log.end()));
        }
        for (String slot : new String[] {"standby_1", "seawall_checkpointer"}) {
            disk.createDirectory(CLUSTER.resolve("pg_replslot"));
            cluster.overwrite(CLUSTER.resolve("pg_replslot").resolve(slot), 0, (byte) 1);
        }
        disk.syncDirectory(CLUSTER);
        baseOf = TWO;
        endings = 0;
    }

    private Lsn checkpoint() {
        Lsn at = LAYOUT.startOf(log.end());
        return log.append(new CheckpointRecord(false, checkpointAt(at))::encode).start();
    }

    /// An online checkpoint whose redo point is where it stands itself.
    private static Checkpoint checkpointAt(Lsn at) {
        return Checkpoint.of(at, TimelineId.FIRST, TimelineId.FIRST, 10, 0, NOW);
    }

    private void commit(int xid) {
        log.append(record -> TransactionRecord.encode(record, TransactionRecord.COMMIT, xid, PgTime.of(NOW)));
    }

    private final class Base implements OwnDataFiles {
        @Override
        public Reach reach(TimelineHistory history) {
            return reach;
        }

        @Override
        public void rewindTo(TimelineId timeline) {
            baseOf = timeline;
        }

        @Override
        public Lsn redoPointOf(Path copied, long systemId, TimelineId timeline) {
            throw new AssertionError("a copy");
        }

        @Override
        public void replaceBy(Path copied) {}
    }

    /// A server that shows the log as it is in memory.
    private record Source(MemoryLog log, Side side) implements SourceServer {

        static Source promoted(MemoryLog log, Lsn at) {
            return new Source(log, new Side(MemoryLog.SYSTEM_ID,
                    TimelineHistory.root(TimelineId.FIRST).branch(TWO, at, "promoted"), at.plus(1_000)));
        }

        @Override
        public String show(JoinCheck check, Lsn upTo, TimelineId timeline) throws IOException {
            ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
            for (Lsn at = check.from(); at.isBefore(upTo); at = at.plus(PageLayout.PAGE_BYTES)) {
                assertThat(log.readPage(at, page.clear())).isTrue();
                check.see(at, page.flip());
            }
            return "";
        }

        @Override
        public Copied copy(Path into, CopyProgress progress) throws IOException {
            throw new IOException("recovery is in progress");
        }
    }

    private RewindResult rewind(SourceServer source, boolean isDryRun) throws IOException {
        return new Rewind(disk, world, CLUSTER, new Base(), () -> endings++, CopyProgress.NONE)
                .run(source, isDryRun);
    }

    private Rewound rewind() throws IOException {
        return (Rewound) rewind(Source.promoted(log, fork), false);
    }

    private void assertRewound(String as) throws IOException {
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            ControlFile file = control.controlFile();
            assertThat(file.state()).as(as).isEqualTo(ControlFile.State.IN_ARCHIVE_RECOVERY);
            assertThat(file.checkpointLsn()).as(as).isEqualTo(checkpoint);
            assertThat(file.checkpoint()).as(as).isEqualTo(checkpointAt(checkpoint));
            assertThat(file.minimumRecoveryEnd()).as(as).isEqualTo(fork);
            assertThat(file.minimumRecoveryTimeline()).as(as).isEqualTo(1);
            assertThat(control.lowWaterMark()).as(as).contains(new LowWaterMark(TimelineId.FIRST, fork));
        }
        assertThat(disk.list(cluster.wal())).as(as)
                .containsExactly(ClusterFixture.name(1), ClusterFixture.name(2), "archive_status");
        byte[] cut = Arrays.copyOf(Arrays.copyOf(log.segment(2), LAYOUT.offsetInSegment(fork)), LAYOUT.segmentBytes());
        assertSame(cluster.segment(2), cut, as);
        assertThat(baseOf).as(as).isEqualTo(TimelineId.FIRST);
        assertThat(disk.list(CLUSTER.resolve("pg_replslot"))).as(as).containsExactly("seawall_checkpointer");
        assertThat(disk.exists(ClusterLayout.rewind(CLUSTER))).as(as).isFalse();
        assertThat(endings).as(as).isPositive();
    }

    private void assertKept(Path aside, String as) throws IOException {
        assertThat(disk.list(aside)).as(as)
                .containsExactly(ClusterFixture.name(2), ClusterFixture.name(3), "lost_commits.txt");
        for (long segment = 2; segment <= 3; segment++) {
            assertSame(aside.resolve(ClusterFixture.name(segment)), log.segment(segment), as);
        }
        assertThat(new String(read(aside.resolve("lost_commits.txt")), StandardCharsets.UTF_8))
                .as(as)
                .startsWith("3 commits between " + fork + " and " + log.end() + " on timeline 1 are not on the source")
                .contains("\ntransaction 8, committed 2026-11-22T12:00:00Z at ").contains("messages: t\n")
                .contains("\na message outside transactions, at " + log.end());
    }

    @Test
    void the_log_ends_where_the_servers_diverged_and_what_was_beyond_is_kept_and_listed() throws IOException {
        create(disk);

        Rewound rewound = rewind();

        assertThat(rewound.at()).isEqualTo(fork);
        assertThat(rewound.timeline()).isEqualTo(TimelineId.FIRST);
        assertThat(rewound.lost().count()).isEqualTo(3);
        assertThat(rewound.aside()).isEqualTo(CLUSTER.resolve("diverged-1-" + fork.toString().replace('/', '_')));
        assertRewound("");
        assertKept(rewound.aside(), "");
        ArchiveStatus status = new ArchiveStatus(disk, cluster.wal());
        assertThat(status.ready()).as("the cut segment is no whole one").containsExactly(ClusterFixture.name(1));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> LogStart.start(disk, CLUSTER))
                .withMessageContaining("recovery of the cluster in \"/cluster\" has not been finished");
    }

    @Test
    void a_dry_run_tells_the_same_and_changes_nothing() throws IOException {
        create(disk);
        disk.list(CLUSTER);

        Rewound told = (Rewound) rewind(Source.promoted(log, fork), true);

        assertThat(told.at()).isEqualTo(fork);
        assertThat(told.lost().count()).isEqualTo(3);
        assertThat(disk.exists(told.aside())).isFalse();
        assertThat(endings).isZero();
        try (var started = LogStart.start(disk, CLUSTER)) {
            assertThat(started.insertPosition()).isEqualTo(log.end());
        }
    }

    @Test
    void a_log_that_is_all_in_the_sources_needs_no_rewind() throws IOException {
        create(disk);

        assertThat(rewind(Source.promoted(log, log.end()), false)).isInstanceOf(NotRequired.class);

        assertThat(endings).isOne();
        LogStart.start(disk, CLUSTER).close();
    }

    @Test
    void a_source_that_has_less_or_is_another_systems_is_refused() throws IOException {
        create(disk);
        Source behind = new Source(log, new Side(MemoryLog.SYSTEM_ID, TimelineHistory.root(TimelineId.FIRST), fork));
        Source foreign = new Source(log, new Side(1, TimelineHistory.root(TimelineId.FIRST), fork));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> rewind(behind, false))
                .withMessageContaining("has this log only up to " + fork);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> rewind(foreign, false))
                .withMessageContaining("the other server's system identifier is 1");
        LogStart.start(disk, CLUSTER).close();
    }

    @Test
    void a_source_with_the_same_histories_and_other_bytes_is_refused() throws IOException {
        create(disk);
        MemoryLog other = new ClusterFixture(new SimulatedDisk(3), CLUSTER).log;
        other.append(new CheckpointRecord(false, checkpointAt(checkpoint))::encode);
        other.message(7, new byte[1_200_000]);
        other.append(record -> TransactionRecord.encode(record, TransactionRecord.COMMIT, 7,
                PgTime.of(NOW.plusMillis(1))));
        other.message("last of both");
        assertThat(other.end()).isEqualTo(fork);

        assertThatExceptionOfType(DivergedException.class)
                .isThrownBy(() -> rewind(Source.promoted(other, fork), false))
                .withMessageContaining("servers diverged before WAL location");
        LogStart.start(disk, CLUSTER).close();
    }

    @Test
    void data_files_beyond_the_divergence_stay_as_they_are_if_the_source_gives_no_copy() throws IOException {
        create(disk);
        reach = new OwnDataFiles.Reach(checkpoint, fork.plus(8));

        assertThatExceptionOfType(IOException.class).isThrownBy(this::rewind)
                .withMessageContaining("base/ has changes up to " + fork.plus(8) + ", beyond the divergence at " + fork)
                .withMessageContaining("a copy could not be made: recovery is in progress")
                .withMessageContaining("pg_basebackup -R");
        LogStart.start(disk, CLUSTER).close();
    }

    @Test
    void a_standby_that_followed_the_wrong_server_is_rewound_too() throws IOException {
        for (ControlFile.State state : new ControlFile.State[] {
            ControlFile.State.IN_ARCHIVE_RECOVERY, ControlFile.State.SHUT_DOWN_IN_RECOVERY
        }) {
            create(new SimulatedDisk(4));
            try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
                control.write(control.controlFile().with(state, NOW).with(log.end(), 1));
            }

            assertThat(rewind().at()).isEqualTo(fork);

            assertRewound(state.toString());
        }
    }

    @Test
    void a_copy_that_is_of_one_moment_only_behind_the_divergence_needs_another() throws IOException {
        create(disk);
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            ControlFile now = control.controlFile();
            control.write(new ControlFile(now.systemId(), ControlFile.State.IN_ARCHIVE_RECOVERY, NOW,
                    now.checkpointLsn(), now.checkpoint(), Lsn.INVALID, 0, checkpoint, log.end(), false,
                    now.segmentBytes(), now.maxConnections()));
        }

        assertThatExceptionOfType(RewindRefusedException.class).isThrownBy(this::rewind)
                .withMessageContaining("of one moment only behind the divergence at " + fork);
    }

    @Test
    void a_rewind_that_was_cut_short_keeps_everybody_out_until_it_is_finished() throws IOException {
        create(disk);
        disk.cutPower(Phase.BEFORE, 1, call -> call.path().equals(cluster.segment(3))
                && call.operation() == DiskCall.Operation.DELETE);
        assertThatExceptionOfType(PowerCut.class).isThrownBy(this::rewind);
        disk.crash();
        disk.restart();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> LogStart.start(disk, CLUSTER))
                .withMessageContaining("a rewind of the cluster in \"/cluster\" was interrupted")
                .withMessageContaining("Run \"walctl rewind\" again");
        assertThat(rewind().note()).contains("interrupted");
        assertRewound("");
    }

    @ParameterizedTest
    @CsvSource({"BEFORE, none", "DURING, none", "AFTER, none", "AFTER, /cluster/pg_wal"})
    void a_power_cut_anywhere_leaves_the_old_log_or_a_rewind_that_the_next_finishes(Phase phase, Path ownDisk)
            throws IOException {
        create(disk);
        disk.mount(ownDisk);
        SimulatedDisk image = disk;
        disk = image.copy(0);
        long before = disk.changes();
        rewind();
        long calls = disk.changes() - before;
        for (long n = 1; n <= calls; n++) {
            String as = phase + " call " + n;
            disk = image.copy(n);
            baseOf = TWO;
            disk.strictDirectories(true);
            disk.cutPower(phase, n);
            try {
                rewind();
            } catch (PowerCut asPlanned) { }
            disk.crash();
            disk.restart();
            boolean isDone = isInRecovery();
            Rewound again = isDone ? null : rewind();
            assertRewound(as);
            assertKept(again == null ? CLUSTER.resolve("diverged-1-" + fork.toString().replace('/', '_'))
                    : again.aside(), as);
            assertThat(recordsBefore(fork)).as(as).isEqualTo(5);
        }
    }

    private boolean isInRecovery() throws IOException {
        if (disk.exists(ClusterLayout.rewind(CLUSTER))) {
            return false;
        }
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            return control.controlFile().state() == ControlFile.State.IN_ARCHIVE_RECOVERY;
        }
    }

    private void assertSame(Path file, byte[] expected, String as) throws IOException {
        assertThat(Arrays.mismatch(read(file), expected)).as("%s: first byte of %s that differs", as, file)
                .isEqualTo(-1);
    }

    private byte[] read(Path file) throws IOException {
        try (DiskFile open = disk.open(file, Set.of(Disk.Open.READ_ONLY))) {
            ByteBuffer content = ByteBuffer.allocate((int) open.size());
            open.read(content, 0);
            return content.array();
        }
    }

    private int recordsBefore(Lsn end) throws IOException {
        try (WalReader reader = new WalReader(new SegmentFiles(disk, cluster.wal(), LAYOUT,
                TimelineHistory.root(TimelineId.FIRST)), LAYOUT)) {
            reader.seek(new Lsn(LAYOUT.segmentBytes()));
            int count = 0;
            while (reader.next() instanceof ReadOutcome.Complete) {
                count++;
            }
            assertThat(reader.position()).isEqualTo(end);
            return count;
        }
    }
}
