package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.Fault.Phase;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.rewind.CopyProgress;
import dev.seawall.walwriter.rewind.Rewind;
import dev.seawall.walwriter.rewind.RewindResult.Rewound;
import dev.seawall.walwriter.rewind.SourceServer;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// An old primary, a copy that was promoted, and a rewind between them, with pages and an engine; then the
/// old primary recovers along the new one's timeline, by the archive, and must show just what that has.
final class RewindRecoveryTest {

    private static final Path OLD = RigCluster.CLUSTER;
    private static final Path NEW = RigCluster.COPY;
    private static final String FORK = "fork";

    private final SystemLedger oldLedger = new SystemLedger();
    private SystemLedger newLedger = new SystemLedger();
    private ArchivePromises archive = new ArchivePromises(RigCluster.REPOSITORY);
    private Side side = new Side(0, TimelineHistory.root(TimelineId.FIRST), Lsn.INVALID);
    /// Of the new one, after it was promoted.
    private @Nullable BackupManifest copy;

    /// The new primary, by its files and a backup of it.
    private record Source(Disk disk, Side side, BackupManifest backup, WalArchive archive) implements SourceServer {

        @Override
        public String show(JoinCheck check, Lsn upTo, TimelineId timeline) throws IOException {
            PageLayout layout = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);
            ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
            try (SegmentFiles files = new SegmentFiles(disk, ClusterLayout.wal(NEW), layout, side.history())) {
                for (Lsn at = check.from(); at.isBefore(upTo); at = at.plus(PageLayout.PAGE_BYTES)) {
                    if (!files.readPage(at, page.clear())) {
                        return "the copy has only what it needed";
                    }
                    check.see(at, page.flip());
                }
            }
            return "";
        }

        @Override
        public Copied copy(Path into, CopyProgress progress) throws IOException {
            RigCluster.restore(disk, archive, backup, into);
            PageLayout layout = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);
            for (String name : disk.list(ClusterLayout.wal(NEW))) {
                if (SegmentName.isSegmentName(name) || TimelineHistory.isHistoryName(name)) {
                    put(ClusterLayout.wal(into).resolve(name), read(ClusterLayout.wal(NEW).resolve(name)));
                }
            }
            disk.syncDirectory(ClusterLayout.wal(into));
            return new Copied(backup.redo(), backup.timeline(), backup.stopLsn());
        }

        private ByteBuffer read(Path path) throws IOException {
            try (DiskFile file = disk.open(path, Set.of(Disk.Open.READ_ONLY))) {
                ByteBuffer content = ByteBuffer.allocate((int) file.size());
                file.read(content, 0);
                return content.flip();
            }
        }

        private void put(Path path, ByteBuffer content) throws IOException {
            try (DiskFile file = disk.open(path, Set.of(Disk.Open.CREATE_NEW))) {
                file.write(content, 0);
                file.sync();
            }
        }
    }

    /// @param isCheckpointed whether the old primary's data files are beyond the fork
    private SimulatedDisk image(boolean isCheckpointed) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(5);
        archive = new ArchivePromises(RigCluster.REPOSITORY);
        try (SimulatedWorld world = new SimulatedWorld(5)) {
            RigCluster.init(disk, world);
            Seawall old = RigCluster.open(disk, world, OLD, true);
            SystemClient client = new SystemClient(old, world, oldLedger);
            client.extendAll();
            client.commit(4);
            BackupManifest backup = old.backup("first", BackupProgress.NONE);
            client.commit(4);
            old.checkpoint();
            client.restorePoint(FORK);
            client.commit(2);
            if (isCheckpointed) {
                // Of those before, chance may have aborted one and not have waited for the other.
                client.commitPages(1);
                old.checkpoint();
            }
            old.wal().switchSegment();
            world.letPass(Duration.ofSeconds(1));
            client.commit(2);
            old.crash();
            promoteACopy(disk, world, backup);
        }
        return disk;
    }

    private void promoteACopy(Disk disk, SimulatedWorld world, BackupManifest backup) throws Exception {
        WalArchive there = archive.archive(disk, world);
        RigCluster.restore(disk, there, backup, NEW);
        RigCluster.recover(disk, world, there, backup, NEW, new RecoveryTarget.Name(FORK),
                new ArchivedTimelines(there), true);
        newLedger = oldLedger.copyAt(FORK);
        try (Seawall promoted = RigCluster.open(disk, world, NEW, true)) {
            SystemClient client = new SystemClient(promoted, world, newLedger);
            client.commit(4);
            copy = promoted.backup("copy", BackupProgress.NONE);
            client.commit(2);
            promoted.wal().switchSegment();
            world.letPass(Duration.ofSeconds(1));
            side = new Side(promoted.wal().systemId(), promoted.wal().history(), promoted.wal().flushLsn());
        }
    }

    private Rewound rewind(Disk disk, SimulatedWorld world) throws IOException {
        return (Rewound) new Rewind(disk, world, OLD, RigCluster.rewoundFiles(disk, world, OLD), Rewind.Ending.NONE,
                CopyProgress.NONE)
                .run(new Source(disk, side, Objects.requireNonNull(copy), archive.archive(disk, world)), false);
    }

    private void assertFollows(Disk disk, SimulatedWorld world) throws Exception {
        WalArchive there = archive.archive(disk, world);
        RigCluster.recoverToTheEnd(disk, world, there, OLD, new ArchivedTimelines(there));
        try (Seawall followed = RigCluster.open(disk, world, OLD, false)) {
            assertThat(followed.wal().history().timeline()).isEqualTo(new TimelineId(3));
            assertThat(followed.wal().history().branches().getLast().parent()).isEqualTo(new TimelineId(2));
            new SystemClient(followed, world, newLedger).check(true);
        }
    }

    @Test
    void a_rewound_primary_that_follows_has_just_what_the_new_one_has() throws Exception {
        SimulatedDisk disk = image(false);
        try (SimulatedWorld world = new SimulatedWorld(6)) {
            Rewound rewound = rewind(disk, world);

            assertThat(rewound.at()).isEqualTo(side.history().branches().getLast().switchPoint());
            assertThat(rewound.lost().count()).isPositive();
            assertThat(rewound.note()).isEmpty();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> RigCluster.open(disk, world, OLD, false))
                    .withMessageContaining("has not been finished");
            assertFollows(disk, world);
        }
    }

    @Test
    void one_whose_data_files_are_beyond_gets_the_new_ones_and_follows() throws Exception {
        SimulatedDisk disk = image(true);
        try (SimulatedWorld world = new SimulatedWorld(6)) {
            Rewound rewound = rewind(disk, world);

            assertThat(rewound.copied()).startsWith("base/ has changes up to ");
            assertThat(rewound.lost().count()).isPositive();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> RigCluster.open(disk, world, OLD, false))
                    .withMessageContaining("has not been finished");
            assertFollows(disk, world);
        }
    }

    @Test
    void a_power_cut_on_the_way_costs_another_call() throws Exception {
        cutOften(image(false), 4);
    }

    @Test
    void a_power_cut_while_data_files_are_replaced_costs_another_call() throws Exception {
        cutOften(image(true), 12);
    }

    private void cutOften(SimulatedDisk image, int every) throws Exception {
        SimulatedDisk counted = image.copy(1);
        long before = counted.changes();
        try (SimulatedWorld world = new SimulatedWorld(7)) {
            rewind(counted, world);
        }
        long calls = counted.changes() - before;
        assertThat(calls).isGreaterThan(30);
        for (long n = 1; n <= calls; n += every) {
            SimulatedDisk disk = image.copy(n);
            cutAndFinish(disk, Phase.values()[(int) (n / every % 3)], n);
        }
    }

    private void cutAndFinish(SimulatedDisk disk, Phase phase, long nth) throws Exception {
        disk.cutPower(phase, nth);
        try (SimulatedWorld world = new SimulatedWorld(nth)) {
            rewind(disk, world);
        } catch (PowerCut e) {
            // As planned.
        }
        disk.crash();
        disk.restart();
        try (SimulatedWorld world = new SimulatedWorld(nth + 1000)) {
            if (!isRewound(disk, world)) {
                rewind(disk, world);
            }
            assertFollows(disk, world);
        } catch (Throwable t) {
            throw new AssertionError("cut " + phase + " call " + nth, t);
        }
    }

    private static boolean isRewound(Disk disk, SimulatedWorld world) throws IOException {
        return !disk.exists(ClusterLayout.rewind(OLD))
                && ControlStore.peek(disk, world, OLD).state()
                        == ControlFile.State.IN_ARCHIVE_RECOVERY;
    }
}
