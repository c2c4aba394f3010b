package dev.seawall.embedded;

import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;

/// The making of a cluster, and its first commits, as a patient. What is cut short is a cluster or
/// none; where there is none, it can be made again.
record InitPatient(String name) implements Patient {

    @Override
    public SimulatedDisk image(long seed) {
        return new SimulatedDisk(seed);
    }

    @Override
    public Patient.Life life(long seed) {
        return new Life();
    }

    private static final class Life implements Patient.Life {

        private final SystemLedger ledger = new SystemLedger();
        private boolean isMade;

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            make(disk, world);
            use(disk, world);
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            if (!disk.exists(ClusterLayout.control(RigCluster.CLUSTER))) {
                if (isMade) {
                    throw new AssertionError("a cluster that was made is not there");
                }
                requireNoCluster(disk, world);
                make(disk, world);
            }
            use(disk, world);
        }

        private void make(Disk disk, SimulatedWorld world) throws IOException {
            RigCluster.init(disk, world);
            isMade = true;
        }

        private void use(Disk disk, SimulatedWorld world) throws Exception {
            try (Seawall opened = RigCluster.open(disk, world, RigCluster.CLUSTER, false)) {
                isMade = true;
                SystemClient client = new SystemClient(opened, world, ledger);
                client.check(true);
                client.extendAll();
                client.commit(2);
                client.check(false);
                if (world.random().nextBoolean()) {
                    opened.crash();
                }
            }
        }

        private static void requireNoCluster(Disk disk, SimulatedWorld world) {
            try (Seawall _ = RigCluster.open(disk, world, RigCluster.CLUSTER, false)) {
                throw new AssertionError("what is half made is taken for a cluster");
            } catch (IOException e) {
                // As it should be.
            }
        }
    }
}
