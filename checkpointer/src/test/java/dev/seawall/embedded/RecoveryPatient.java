package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.backup.BackupCatalog;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.archiver.restore.Restore;
import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.target.PointInTimeRecovery;
import dev.seawall.recovery.target.RecoveryPlan;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A copy that is restored, recovered to a restore point, promoted and committed to, cut short
/// anywhere: it must end with exactly what had committed at the restore point, and with what was
/// acknowledged on it since.
final class RecoveryPatient implements Patient {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path REPOSITORY = Path.of("/repository");
    private static final Path COPY = Path.of("/copy");
    private static final RelationId RELATION = new RelationId(1663, 5, 16384);
    private static final int AT_TARGET = 6;
    private static final int COMMITS = 9;

    /// How far the image has come before the operation begins.
    enum Begin { NOTHING, RESTORED, RECOVERED }

    private final String name;
    private final Begin begin;

    RecoveryPatient(String name, Begin begin) {
        this.name = name;
        this.begin = begin;
    }

    @Override
    public String name() {
        return name;
    }

    private static SeawallOptions archiving() {
        return SeawallOptions.DEFAULT.withWal(SeawallOptions.DEFAULT.wal().withBufferBytes(1 << 18))
                .withArchive(new ArchiveOptions(REPOSITORY, Codec.NONE, Duration.ZERO, false));
    }

    private static SeawallOptions alone() {
        return SeawallOptions.DEFAULT.withWal(SeawallOptions.DEFAULT.wal().withBufferBytes(1 << 18));
    }

    @Override
    public SimulatedDisk image(long seed) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.makeDirectories(CLUSTER);
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            Seawall.init(disk, world, CLUSTER, new ClusterInit.Options(77, new Lsn(PageLayout.SEGMENT_BYTES_MIN), 3,
                    new PageLayout(PageLayout.SEGMENT_BYTES_MIN), 100));
            try (Seawall seawall = Seawall.open(disk, world, CLUSTER, archiving(), List.of(new LedgerEngine()))) {
                seawall.wal().extend(RELATION, 1);
                for (int i = 1; i <= COMMITS; i++) {
                    commit(seawall, i);
                    if (i == 3) {
                        seawall.backup("first", BackupProgress.NONE);
                    } else if (i == AT_TARGET) {
                        seawall.wal().flush(seawall.wal().restorePoint("target"));
                    }
                }
                archiveAll(seawall, world);
            }
            if (begin != Begin.NOTHING) {
                restore(disk, world);
            }
            if (begin == Begin.RECOVERED) {
                try (PointInTimeRecovery recovery = recovery(disk, world)) {
                    recovery.run();
                    recovery.shutDown();
                }
            }
        }
        disk.kill();
        disk.restart();
        return disk;
    }

    private static void archiveAll(Seawall seawall, World world) throws IOException {
        Lsn end = seawall.wal().switchSegment();
        String last = new SegmentName(seawall.wal().history().timeline(),
                seawall.wal().layout().segmentOf(end.plus(-1))).fileName(seawall.wal().layout());
        while (!seawall.archive().holds(last)) {
            world.park(() -> false, 50_000_000);
        }
    }

    private static void commit(Seawall seawall, int i) {
        try (Transaction transaction = seawall.begin()) {
            transaction.message(LedgerEngine.ADD, ByteBuffer.wrap("account 1".getBytes(StandardCharsets.UTF_8)));
            transaction.write(RELATION, 0, 100,
                    ByteBuffer.wrap(String.format("%04d", i).getBytes(StandardCharsets.UTF_8)));
            transaction.commit();
        }
    }

    private static WalArchive archive(Disk disk, World world) throws IOException {
        return new WalArchive(DirectoryRepository.open(disk, world, REPOSITORY));
    }

    private static void restore(Disk disk, World world) throws IOException {
        WalArchive archive = archive(disk, world);
        BackupManifest backup = new BackupCatalog(archive.repository()).find("first").orElseThrow();
        new Restore(disk, archive.repository()).into(COPY, backup, BackupProgress.NONE);
    }

    private static PointInTimeRecovery recovery(Disk disk, World world) throws IOException {
        WalArchive archive = archive(disk, world);
        RecoveryPlan plan = new RecoveryPlan(disk, world, COPY,
                new Fetch(disk, archive, archive.repository().identity()), new TimelineChoice.Current(),
                new RecoveryTarget.Name("target"), Optional.empty());
        return PointInTimeRecovery.begin(plan,
                RecoveringFiles.opener(disk, world, COPY, alone(), List.of(new LedgerEngine())));
    }

    @Override
    public Life life(long seed) {
        return new OneCopy();
    }

    /// What was promised to the operator and the clients of one copy.
    private final class OneCopy implements Life {

        private boolean isRestored = begin != Begin.NOTHING;
        private boolean isPromoted;
        private int acknowledged = AT_TARGET;
        private int tried = AT_TARGET;

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            goOn(disk, world);
            useIt(disk, world);
        }

        /// From wherever it is to a cluster that can be opened.
        private void goOn(Disk disk, SimulatedWorld world) throws IOException {
            if (!disk.exists(ClusterLayout.control(COPY))) {
                assertThat(isRestored).as("a restore that was reported is there").isFalse();
                if (disk.exists(COPY)) {
                    clear(disk, COPY);
                }
                restore(disk, world);
            }
            isRestored = true;
            if (isInRecovery(disk)) {
                assertThat(isPromoted).as("a promotion that was reported is there").isFalse();
                try (PointInTimeRecovery recovery = recovery(disk, world)) {
                    recovery.run();
                    recovery.promote(new ArchivedTimelines(archive(disk, world)), false).close();
                }
            }
            isPromoted = true;
        }

        private static boolean isInRecovery(Disk disk) throws IOException {
            try (ControlStore control = ControlStore.open(disk, COPY)) {
                ControlFile.State state = control.controlFile().state();
                return state == ControlFile.State.IN_ARCHIVE_RECOVERY
                        || state == ControlFile.State.SHUT_DOWN_IN_RECOVERY;
            }
        }

        private void useIt(Disk disk, SimulatedWorld world) throws Exception {
            LedgerEngine ledger = new LedgerEngine();
            try (Seawall seawall = Seawall.open(disk, world, COPY, alone(), List.of(ledger))) {
                ByteBuffer page = ByteBuffer.allocate(8192);
                seawall.readPage(RELATION, 0, page);
                byte[] number = new byte[4];
                page.get(100, number);
                long balance = ledger.balances().getOrDefault("account", 0L);
                assertThat(balance).as("commits on the copy").isBetween((long) acknowledged, (long) tried);
                assertThat(new String(number, StandardCharsets.UTF_8)).isEqualTo(String.format("%04d", balance));
                acknowledged = (int) balance;
                tried = acknowledged + 1;
                commit(seawall, tried);
                acknowledged = tried;
            }
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            goOn(disk, world);
            useIt(disk, world);
        }
    }

    /// Removes what is in a directory, as an operator would.
    private static void clear(Disk disk, Path directory) throws IOException {
        for (String entry : disk.list(directory)) {
            Path path = directory.resolve(entry);
            try {
                clear(disk, path);
            } catch (java.nio.file.NotDirectoryException e) {
                // A file.
            }
            disk.delete(path);
        }
    }
}
