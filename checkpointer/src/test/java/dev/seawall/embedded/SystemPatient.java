package dev.seawall.embedded;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.WalFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// A whole cluster as a patient: its operations are what its client, its operator and its roles do.
final class SystemPatient implements Patient {

    /// What is done to an open cluster.
    interface Work {
        void on(Life life) throws Exception;
    }

    private final String name;
    private final boolean isArchiving;
    private final Work work;
    private SystemLedger prepared = new SystemLedger();

    SystemPatient(String name, boolean isArchiving, Work work) {
        this.name = name;
        this.isArchiving = isArchiving;
        this.work = work;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SimulatedDisk image(long seed) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(seed);
        prepared = new SystemLedger();
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            RigCluster.init(disk, world);
            try (Seawall seawall = RigCluster.open(disk, world, RigCluster.CLUSTER, isArchiving)) {
                SystemClient client = new SystemClient(seawall, world, prepared);
                client.extendAll();
                client.commit(5);
            }
        }
        return disk;
    }

    @Override
    public Patient.Life life(long seed) {
        return new Life(prepared.copy());
    }

    /// What one cluster goes through.
    final class Life implements Patient.Life {

        final SystemLedger ledger;
        final ArchivePromises promises = new ArchivePromises(RigCluster.REPOSITORY);
        private boolean isRestored;
        private int copies;

        // Of the process that runs now.
        private Disk disk;
        SimulatedWorld world;
        Seawall seawall;
        SystemClient client;

        private Life(SystemLedger ledger) {
            this.ledger = ledger;
        }

        /// Opens the cluster, as a new process.
        Seawall open() throws Exception {
            seawall = RigCluster.open(disk, world, RigCluster.CLUSTER, isArchiving);
            client = new SystemClient(seawall, world, ledger);
            return seawall;
        }

        /// Commits now and then while the caller does something else.
        ///
        /// @return tells whether it is done
        BooleanSupplier commitMeanwhile(int times) {
            return world.client("committer", () -> {
                try {
                    for (int i = 0; i < times; i++) {
                        client.commit(2);
                        world.letPass(Duration.ofMillis(30));
                    }
                } catch (WalFailedException e) {
                    // Whoever made the disk fail wanted it so; what was asked for is unknown.
                }
                return null;
            });
        }

        @Override
        public void operate(Disk onDisk, SimulatedWorld inWorld) throws Exception {
            disk = onDisk;
            world = inWorld;
            work.on(this);
        }

        @Override
        public void recover(Disk onDisk, SimulatedWorld inWorld) throws Exception {
            disk = onDisk;
            world = inWorld;
            try (Seawall opened = open()) {
                client.check(true);
                checkArchive();
                client.commit(2);
                client.check(false);
                if (world.random().nextBoolean()) {
                    // The next start is one after a crash.
                    opened.crash();
                }
            }
        }

        private void checkArchive() throws Exception {
            if (!isArchiving) {
                return;
            }
            world.letPass(Duration.ofMillis(world.random().nextInt(300)));
            promises.check(disk, world, RigCluster.CLUSTER, seawall);
            WalArchive archive = promises.archive(disk, world);
            for (BackupManifest backup : promises.checkedBackups(archive)) {
                if (!isRestored) {
                    checkCopy(archive, backup);
                    isRestored = true;
                }
            }
        }

        private void checkCopy(WalArchive archive, BackupManifest backup) throws Exception {
            Path copy = Path.of("/checked" + ++copies);
            RigCluster.restore(disk, archive, backup, copy);
            RigCluster.recover(disk, world, archive, backup, copy,
                    world.random().nextBoolean() ? new RecoveryTarget.Latest() : new RecoveryTarget.Immediate(),
                    _ -> true, false);
            try (Seawall opened = RigCluster.open(disk, world, copy, false)) {
                ledger.checkPrefix(SystemClient.content(opened), backup.stopLsn());
                opened.crash();
            }
        }
    }
}
