package dev.seawall.walwriter.rewind;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static dev.seawall.walwriter.start.ClusterFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.Fault.Phase;
import dev.seawall.wal.disk.FileTree;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.disk.SmallFile;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.walwriter.rewind.RewindResult.Rewound;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.BackupLabel;
import dev.seawall.walwriter.start.ClusterFixture;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.LowWaterMark;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A rewind whose data files are beyond the divergence: the source's take their place.
final class RewindCopyTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final TimelineId TWO = new TimelineId(2);
    private static final String STATE = "checkpointer.state";
    private static final String COPIED = new SegmentName(TWO, new SegmentNumber(3)).fileName(LAYOUT);

    private final SimulatedWorld world = new SimulatedWorld(1);
    private SimulatedDisk disk = new SimulatedDisk(1);
    private ClusterFixture cluster;
    private MemoryLog log;
    private Lsn fork = Lsn.INVALID;
    private OwnDataFiles.Reach reach = new OwnDataFiles.Reach(Lsn.INVALID, Lsn.INVALID);
    private int endings;

    /// The source's log from its backup's redo point on.
    private final MemoryLog other = new MemoryLog(LAYOUT, LAYOUT.startOf(new SegmentNumber(3)));
    private final Lsn redo = LAYOUT.startOf(other.end());

    RewindCopyTest() {
        other.timeline(2);
        other.append(new CheckpointRecord(false, checkpointAt(redo, TWO))::encode);
        other.message("the new primary's");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Checkpoint checkpointAt(Lsn at, TimelineId timeline) {
        return Checkpoint.of(at, timeline, timeline, 10, 0, NOW);
    }

    /// Two segments; the standby was promoted in the second, and a checkpoint came after that.
    private void create(SimulatedDisk on) throws IOException {
        disk = on;
        cluster = new ClusterFixture(disk, CLUSTER);
        log = cluster.log;
        log.message(7, new byte[1_200_000]);
        fork = log.message("last of both").end();
        log.message(8, "lost".getBytes(StandardCharsets.UTF_8));
        log.append(record -> TransactionRecord.encode(record, TransactionRecord.COMMIT, 8, PgTime.of(NOW)));
        Lsn at = LAYOUT.startOf(log.end());
        Lsn late = log.append(new CheckpointRecord(false, checkpointAt(at, TimelineId.FIRST))::encode).start();
        cluster.write();
        new ArchiveStatus(disk, cluster.wal()).markReady(ClusterFixture.name(1));
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            control.write(control.controlFile().with(ControlFile.State.IN_PRODUCTION, NOW, late,
                    checkpointAt(at, TimelineId.FIRST)));
            control.write(new LowWaterMark(TimelineId.FIRST, log.end()));
        }
        put("base/" + STATE, "its own");
        put("base/5/1663", "a page that nobody acknowledged");
        put("pg_replslot/standby_1", "");
        put("pg_replslot/seawall_checkpointer", "");
        disk.syncDirectory(CLUSTER);
        reach = new OwnDataFiles.Reach(late, late);
        endings = 0;
    }

    private void put(String file, String content) throws IOException {
        Path path = CLUSTER.resolve(file);
        for (Path made = CLUSTER; !made.equals(path.getParent());) {
            made = made.resolve(path.getName(made.getNameCount()));
            disk.createDirectory(made);
            disk.syncDirectory(made.getParent());
        }
        SmallFile.replace(disk, path, content);
    }

    /// `base/`, in whose state there is a redo point.
    private final class Base implements OwnDataFiles {
        @Override
        public Reach reach(TimelineHistory history) {
            return reach;
        }

        @Override
        public void rewindTo(TimelineId timeline) {
            throw new AssertionError("base/ goes");
        }

        @Override
        public Lsn redoPointOf(Path copied, long systemId, TimelineId timeline) throws IOException {
            return Lsn.parse(SmallFile.read(disk, copied.resolve(STATE)));
        }

        @Override
        public void replaceBy(Path copied) throws IOException {
            if (disk.exists(copied)) {
                FileTree.remove(disk, CLUSTER.resolve("base"));
                disk.rename(copied, CLUSTER.resolve("base"));
            }
            disk.syncDirectory(copied.getParent());
            disk.syncDirectory(CLUSTER);
        }
    }

    private class Source implements SourceServer {
        @Override
        public Side side() throws IOException {
            return new Side(MemoryLog.SYSTEM_ID,
                    TimelineHistory.root(TimelineId.FIRST).branch(TWO, fork, "promoted"), other.end());
        }

        @Override
        public String show(JoinCheck check, Lsn upTo, TimelineId timeline) {
            return "";
        }

        @Override
        public Copied copy(Path into, CopyProgress progress) throws IOException {
            String at = CLUSTER.relativize(into) + "/";
            put(at + BackupLabel.FILE, new BackupLabel("copy", TWO, redo, redo).toText(LAYOUT, NOW));
            put(at + "base/" + STATE, redo.toString());
            put(at + "base/5/1664", "the new primary's");
            disk.createDirectory(into.resolve(ClusterLayout.GLOBAL));
            disk.syncDirectory(into);
            ControlStore.create(disk, into, new ControlFile(MemoryLog.SYSTEM_ID, ControlFile.State.IN_PRODUCTION, NOW,
                    redo, checkpointAt(redo, TWO), other.end(), 2, redo, other.end(), false,
                    LAYOUT.segmentBytes(), 100));
            put(at + "pg_wal/00000002.history", side().history().toText());
            try (var segment = disk.open(into.resolve("pg_wal").resolve(COPIED), Set.of(
                    Disk.Open.CREATE_NEW))) {
                segment.write(ByteBuffer.wrap(other.segment(3)), 0);
                segment.sync();
            }
            disk.syncDirectory(into.resolve("pg_wal"));
            return new Copied(redo, TWO, other.end());
        }
    }

    /// One that is not needed any more.
    private final class Gone extends Source {
        @Override
        public Side side() throws IOException {
            throw new IOException("the source is gone");
        }
    }

    private Rewound rewind(SourceServer source) throws IOException {
        return (Rewound) new Rewind(disk, world, CLUSTER, new Base(), () -> endings++, CopyProgress.NONE)
                .run(source, false);
    }

    private String content(String file) throws IOException {
        return SmallFile.read(disk, CLUSTER.resolve(file));
    }

    private void assertCopied(String as) throws IOException {
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            ControlFile file = control.controlFile();
            assertThat(file.state()).as(as).isEqualTo(ControlFile.State.IN_ARCHIVE_RECOVERY);
            assertThat(file.checkpointLsn()).as(as).isEqualTo(redo);
            assertThat(file.minimumRecoveryEnd()).as(as).isEqualTo(other.end());
            assertThat(file.backupStart()).as(as).isEqualTo(redo);
            assertThat(control.lowWaterMark()).as(as).contains(new LowWaterMark(TWO, other.end()));
        }
        assertThat(disk.list(cluster.wal())).as(as)
                .containsExactly(ClusterFixture.name(1), "00000002.history", COPIED, "archive_status");
        ArchiveStatus status = new ArchiveStatus(disk, cluster.wal());
        assertThat(status.ready()).as(as).containsExactly(ClusterFixture.name(1));
        assertThat(status.done()).as("%s: the last segment is not whole", as)
                .containsExactly("00000002.history");
        assertThat(disk.list(CLUSTER.resolve("base"))).as(as).containsExactly("5", STATE);
        assertThat(disk.list(CLUSTER.resolve("base/5"))).as(as).containsExactly("1664");
        assertThat(content("base/" + STATE)).as(as).isEqualTo(redo.toString());
        assertThat(disk.list(CLUSTER.resolve("pg_replslot"))).as(as).isEmpty();
        assertThat(disk.list(CLUSTER)).as(as).doesNotContain(ClusterCopy.NAME, ClusterLayout.REWIND);
        Path aside = CLUSTER.resolve("diverged-1-" + fork.toString().replace('/', '_'));
        assertThat(disk.list(aside)).as(as).containsExactly(ClusterFixture.name(2), "lost_commits.txt");
        assertThat(SmallFile.read(disk, aside.resolve("lost_commits.txt"))).as(as)
                .startsWith("1 commit between " + fork + " and " + log.end());
        assertThat(endings).as(as).isPositive();
        try (StartedLog found = LogStart.follow(disk, CLUSTER).log()) {
            assertThat(found.insertPosition()).as(as).isEqualTo(other.end());
            assertThat(found.history().timeline()).as(as).isEqualTo(TWO);
        }
    }

    private void assertUntouched(String as) throws IOException {
        assertThat(content("base/" + STATE)).as(as).isEqualTo("its own");
        assertThat(content("base/5/1663")).as(as).startsWith("a page");
        assertThat(disk.list(CLUSTER.resolve("pg_replslot"))).as(as).hasSize(2);
        try (var started = LogStart.start(disk, CLUSTER)) {
            assertThat(started.insertPosition()).as(as).isEqualTo(log.end());
        }
    }

    @Test
    void data_files_that_are_beyond_the_divergence_are_replaced_by_the_sources_with_its_log() throws IOException {
        create(disk);

        Rewound rewound = rewind(new Source());

        assertThat(rewound.copied()).isEqualTo("base/ has changes up to " + reach.newest()
                + ", beyond the divergence at " + fork);
        assertThat(rewound.lost().count()).isOne();
        assertCopied("");
    }

    @Test
    void a_dry_run_tells_that_it_would_and_asks_for_no_copy() throws IOException {
        create(disk);

        Rewound told = (Rewound) new Rewind(disk, world, CLUSTER, new Base(), () -> endings++, CopyProgress.NONE)
                .run(new Source() {
                    @Override
                    public Copied copy(Path into, CopyProgress progress) {
                        throw new AssertionError("a dry run");
                    }
                }, true);

        assertThat(told.copied()).contains("beyond the divergence at " + fork);
        assertUntouched("");
    }

    @Test
    void a_log_that_does_not_reach_back_to_the_divergence_is_given_up_as_far_as_it_is_there() throws IOException {
        create(disk);
        // The primary that was cut off has gone on for long.
        log.message(9, new byte[1_200_000]);
        log.message("between");
        Lsn at = LAYOUT.startOf(log.end());
        Lsn late = log.append(new CheckpointRecord(false, checkpointAt(at, TimelineId.FIRST))::encode).start();
        log.append(record -> TransactionRecord.encode(record, TransactionRecord.COMMIT, 9, PgTime.of(NOW)));
        disk.delete(cluster.segment(2));
        cluster.write();
        try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
            control.write(control.controlFile().with(ControlFile.State.IN_PRODUCTION, NOW, late,
                    checkpointAt(at, TimelineId.FIRST)));
        }
        disk.delete(cluster.segment(1));
        disk.delete(cluster.segment(2));

        Rewound rewound = rewind(new Source());

        assertThat(rewound.note()).contains("this server's own is here from behind the divergence on only");
        assertThat(rewound.lost().from()).isGreaterThan(fork);
        assertThat(rewound.lost().listed()).hasSize(2);
        try (StartedLog found = LogStart.follow(disk, CLUSTER).log()) {
            assertThat(found.insertPosition()).isEqualTo(other.end());
        }
    }

    @Test
    void a_copy_of_another_moment_than_it_says_is_refused() throws IOException {
        create(disk);

        assertThatExceptionOfType(RewindRefusedException.class).isThrownBy(() -> rewind(new Source() {
            @Override
            public Copied copy(Path into, CopyProgress progress) throws IOException {
                super.copy(into, progress);
                return new Copied(redo.plus(8), TWO, other.end());
            }
        })).withMessageContaining("the copy is not of the server that was asked");

        assertUntouched("");
        assertThat(disk.list(CLUSTER)).doesNotContain(ClusterCopy.NAME);
    }

    @Test
    void what_cannot_be_linked_or_renamed_is_refused_before_anything_is_done() throws IOException {
        create(disk);
        disk.mount(CLUSTER.resolve("base"));

        assertThatExceptionOfType(RewindRefusedException.class).isThrownBy(() -> rewind(new Source()))
                .withMessageContaining("base\" is on another file system than");

        assertUntouched("");
    }

    @Test
    void a_disk_without_room_for_both_leaves_all_as_it_was() throws IOException {
        create(disk);
        disk.inject(new Fault.NoSpace(), 1, call -> call.path().endsWith("base/5/1664.new"));

        assertThatExceptionOfType(RewindRefusedException.class).isThrownBy(() -> rewind(new Source()))
                .withMessageContaining("Nothing was changed");

        assertThat(disk.list(CLUSTER)).doesNotContain(ClusterCopy.NAME);
        assertUntouched("");
    }

    /// Each call in one of three ways.
    @Test
    void a_power_cut_anywhere_leaves_the_old_cluster_or_a_rewind_that_is_finished_without_the_source()
            throws IOException {
        create(disk);
        SimulatedDisk image = disk;
        long calls = calls(image);
        for (long n = 1; n <= calls; n++) {
            Phase phase = Phase.values()[(int) (n % 3)];
            String as = phase + " call " + n;
            disk = image.copy(n);
            disk.strictDirectories(true);
            disk.cutPower(phase, n);
            endings = 0;
            try {
                rewind(new Source());
            } catch (PowerCut e) {
                // As planned.
            }
            disk.crash();
            disk.restart();
            finish(as);
        }
    }

    /// Where the disk fails, and where the process dies: what was written is still there.
    @Test
    void an_error_anywhere_leaves_the_old_cluster_or_a_rewind_that_is_finished_without_the_source() throws IOException {
        create(disk);
        SimulatedDisk image = disk;
        long calls = calls(image);
        for (long n = 1; n <= calls; n += 2) {
            disk = image.copy(n);
            disk.inject(new Fault.InputOutputError(), n, call -> call.operation().isChange());
            endings = 0;
            try {
                rewind(new Source());
            } catch (IOException e) {
                // As planned.
            }
            disk.kill();
            disk.restart();
            finish("call " + n);
        }
    }

    private long calls(SimulatedDisk image) throws IOException {
        disk = image.copy(0);
        long before = disk.changes();
        rewind(new Source());
        long calls = disk.changes() - before;
        assertThat(calls).isGreaterThan(80);
        return calls;
    }

    private void finish(String as) throws IOException {
        if (disk.exists(ClusterLayout.rewind(CLUSTER))) {
            rewind(new Gone());
        } else if (ControlStore.peek(disk, world, CLUSTER).state() != ControlFile.State.IN_ARCHIVE_RECOVERY) {
            assertUntouched(as);
            rewind(new Source());
        }
        assertCopied(as);
    }
}
