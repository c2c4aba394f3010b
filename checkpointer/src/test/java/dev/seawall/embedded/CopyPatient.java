package dev.seawall.embedded;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/// A copy restored from backup and archive to a restore point, as a patient. It ends as a cluster on
/// a timeline of its own with exactly what was committed before that point, however often it is cut
/// short on the way.
final class CopyPatient implements Patient {

    private static final String TARGET = "half";

    private final String name;
    private final boolean isPromotion;
    private final UnaryOperator<TimelineClaims> planted;
    private SystemLedger prepared = new SystemLedger();
    private ArchivePromises preparedArchive = new ArchivePromises(RigCluster.REPOSITORY);

    /// @param isPromotion whether the copy is restored already, recovery and promotion are what is cut,
    ///                    and the copy archives afterwards
    /// @param planted     wraps the claims of timelines: the identity, or a bug
    CopyPatient(String name, boolean isPromotion, UnaryOperator<TimelineClaims> planted) {
        this.name = name;
        this.isPromotion = isPromotion;
        this.planted = planted;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SimulatedDisk image(long seed) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(seed);
        SystemLedger original = new SystemLedger();
        preparedArchive = new ArchivePromises(RigCluster.REPOSITORY);
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            RigCluster.init(disk, world);
            try (Seawall seawall = RigCluster.open(disk, world, RigCluster.CLUSTER, true)) {
                SystemClient client = new SystemClient(seawall, world, original);
                client.extendAll();
                client.commit(4);
                BackupManifest backup = seawall.backup("first", BackupProgress.NONE);
                client.commit(4);
                client.restorePoint(TARGET);
                client.commit(4);
                seawall.wal().switchSegment();
                world.letPass(Duration.ofSeconds(1));
                preparedArchive.check(disk, world, RigCluster.CLUSTER, seawall);
                if (isPromotion) {
                    RigCluster.restore(disk, seawall.archive(), backup, RigCluster.COPY);
                }
            }
        }
        prepared = original.copyAt(TARGET);
        return disk;
    }

    @Override
    public Patient.Life life(long seed) {
        return new Life();
    }

    private final class Life implements Patient.Life {

        private final SystemLedger ledger = prepared.copy();
        private final ArchivePromises promises = preparedArchive.copy();
        private Path copy = RigCluster.COPY;
        private int copies;
        private boolean isRestored = isPromotion;
        private boolean isPromoted;

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            if (!isRestored) {
                restore(disk, world);
            }
            promote(disk, world);
            use(disk, world);
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            if (!disk.exists(ClusterLayout.control(copy))) {
                if (isRestored) {
                    throw new AssertionError("a copy that was restored is no cluster");
                }
                requireNoCluster(disk, world);
                copy = Path.of("/again" + ++copies);
                restore(disk, world);
            }
            isRestored = true;
            if (isInRecovery(disk)) {
                if (isPromoted) {
                    throw new AssertionError("a cluster that was promoted is in recovery again");
                }
                promote(disk, world);
            }
            isPromoted = true;
            use(disk, world);
        }

        private void restore(Disk disk, SimulatedWorld world) throws Exception {
            WalArchive archive = promises.archive(disk, world);
            RigCluster.restore(disk, archive, promises.checkedBackups(archive).getFirst(), copy);
            isRestored = true;
        }

        private void promote(Disk disk, SimulatedWorld world) throws Exception {
            WalArchive archive = promises.archive(disk, world);
            RigCluster.recover(disk, world, archive, promises.checkedBackups(archive).getFirst(), copy,
                    new RecoveryTarget.Name(TARGET), promises.claims(archive, planted), isPromotion);
            isPromoted = true;
        }

        private void use(Disk disk, SimulatedWorld world) throws Exception {
            try (Seawall opened = RigCluster.open(disk, world, copy, isPromotion)) {
                SystemClient client = new SystemClient(opened, world, ledger);
                client.check(true);
                promises.checkHistory(promises.archive(disk, world), opened.wal().history());
                client.commit(2);
                if (isPromotion) {
                    opened.wal().switchSegment();
                    world.letPass(Duration.ofMillis(100));
                    promises.check(disk, world, copy, opened);
                }
                client.check(false);
                if (world.random().nextBoolean()) {
                    opened.crash();
                }
            }
        }

        private boolean isInRecovery(Disk disk) throws IOException {
            try (ControlStore control = ControlStore.open(disk, copy)) {
                ControlFile.State state = control.controlFile().state();
                return state == ControlFile.State.IN_ARCHIVE_RECOVERY
                        || state == ControlFile.State.SHUT_DOWN_IN_RECOVERY;
            }
        }

        private void requireNoCluster(Disk disk, SimulatedWorld world) {
            try (Seawall _ = RigCluster.open(disk, world, copy, false)) {
                throw new AssertionError("what is half restored is taken for a cluster");
            } catch (IOException e) {
                // As it should be.
            }
        }
    }
}
