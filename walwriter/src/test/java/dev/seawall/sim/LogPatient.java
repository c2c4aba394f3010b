package dev.seawall.sim;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.SyncMethod;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LogStart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// The log alone, without checkpointer and archiver, as a patient: its operations are what a client
/// makes it do.
public record LogPatient(String name, Work work) implements Patient {

    public static final Path CLUSTER = Path.of("/cluster");
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final long SYSTEM_ID = 4711;

    /// What is done to an open log.
    public interface Work {
        void on(LogClient client, Wal wal, SimulatedWorld world) throws Exception;
    }

    @Override
    public SimulatedDisk image(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        ClusterInit.create(disk, CLUSTER, ClusterInit.Options.of(SYSTEM_ID, LAYOUT), Instant.EPOCH);
        return disk;
    }

    @Override
    public Life life(long seed) {
        return new LogLife(seed);
    }

    private final class LogLife implements Life {

        private final TransactionLedger ledger = new TransactionLedger();
        private final WalOptions options;

        LogLife(long seed) {
            options = WalOptions.DEFAULT
                    .withSyncMethod(SyncMethod.values()[(int) Long.remainderUnsigned(seed, 2)])
                    .withBufferBytes(1 << 16)
                    .withWalBytes(4 << 20, 8 << 20);
        }

        private Wal open(Disk disk, SimulatedWorld world) throws IOException {
            return Wal.open(LogStart.start(disk, CLUSTER), options, disk, world);
        }

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            try (Wal wal = open(disk, world)) {
                work.on(new LogClient(wal, world, ledger), wal, world);
            }
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            try (Wal wal = open(disk, world)) {
                LogClient client = new LogClient(wal, world, ledger);
                client.check(redoPoint(disk), true);
                client.doSomeThings(3);
                client.check(redoPoint(disk), false);
            }
        }

        private static Lsn redoPoint(Disk disk) throws IOException {
            try (ControlStore control = ControlStore.open(disk, CLUSTER)) {
                return control.controlFile().checkpoint().redo();
            }
        }
    }
}
