package dev.seawall.sim;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// The log alone, without checkpointer and archiver, as a patient: its operations are what a client
/// makes it do.
///
/// @param work  what is cut short
/// @param after what is done after each start
/// @param bug   planted in how the log is used, or none; what is planted in the disk is the table's
public record LogPatient(String name, Work work, Work after, Bug bug) implements Patient {

    /// Mistakes of whoever opens a log.
    public enum Bug {
        NONE,
        /// Transaction ids begin anew at each start.
        XID_REUSED,
        /// A checkpoint's redo point lies behind the beginning of an open transaction.
        REDO_TOO_LATE
    }

    public LogPatient(String name, Work work) {
        this(name, work, (client, _, _) -> client.doSomeThings(3), Bug.NONE);
    }

    /// With something else done after each start.
    LogPatient after(Work done) {
        return new LogPatient(name, work, done, bug);
    }

    LogPatient with(Bug planted) {
        return new LogPatient(name, work, after, planted);
    }

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
                    .withFlushPath(FlushPath.all().get((int) Long.remainderUnsigned(seed, FlushPath.all().size())))
                    .withBufferBytes(1 << 16)
                    .withWalBytes(4 << 20, 8 << 20);
        }

        private Wal open(Disk disk, SimulatedWorld world) throws IOException {
            StartedLog started = LogStart.start(disk, CLUSTER);
            return Wal.open(bug == Bug.XID_REUSED ? withFirstXid(started) : started, options, disk, world);
        }

        private static StartedLog withFirstXid(StartedLog started) {
            return new StartedLog(started.directory(), started.lock(), started.control(), started.layout(),
                    started.history(), started.opening(), started.insertPosition(), started.previousRecord(),
                    started.lastPage(), 3, started.lastCommitTime(), started.relationBlocks());
        }

        private LogClient client(Wal wal, SimulatedWorld world) {
            LogClient client = new LogClient(wal, world, ledger);
            if (bug == Bug.REDO_TOO_LATE) {
                client.reportRedoTooLate();
            }
            return client;
        }

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            try (Wal wal = open(disk, world)) {
                work.on(client(wal, world), wal, world);
            }
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            try (Wal wal = open(disk, world)) {
                LogClient client = client(wal, world);
                client.check(redoPoint(disk), true);
                after.on(client, wal, world);
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
