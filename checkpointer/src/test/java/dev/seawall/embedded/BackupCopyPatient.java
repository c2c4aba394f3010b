package dev.seawall.embedded;

import dev.seawall.archiver.stream.StreamedBackups;
import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.basebackup.BaseBackupOptions;
import dev.seawall.walwriter.basebackup.BaseBackups;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.cluster.OnlineBackup;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// A copy that a client of BASE_BACKUP has received and unpacked, with its log, as a patient: its first
/// start, by backup_label, is what is cut. However often it is, the copy ends as a cluster with all that
/// was committed before the backup's end.
final class BackupCopyPatient implements Patient {

    private final String name;
    private SystemLedger prepared = new SystemLedger();

    BackupCopyPatient(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SimulatedDisk image(long seed) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(seed);
        prepared = new SystemLedger();
        Received received = new Received();
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            RigCluster.init(disk, world);
            try (Seawall seawall = RigCluster.open(disk, world, RigCluster.CLUSTER, false)) {
                SystemClient client = new SystemClient(seawall, world, prepared);
                client.extendAll();
                client.commit(4);
                Checkpointing checkpointing = seawall.checkpointing(world.now());
                try (OnlineBackup backup = OnlineBackup.begin(seawall.wal(), checkpointing,
                        new OnlineBackup.Place(disk, world, RigCluster.CLUSTER), "copy", true,
                        () -> { });
                        FileCopy files = checkpointing.copyFiles(backup.start())) {
                    client.commit(3);
                    received.receive(backup, seawall, client);
                    new StreamedBackups(disk, RigCluster.CLUSTER).send(options(), backup, files, received);
                }
            }
        }
        received.unpack(disk);
        return disk;
    }

    private static BaseBackupOptions options() {
        return new BaseBackupOptions("copy", false, true, true, false, 0, BaseBackupOptions.Manifest.NO,
                BaseBackupOptions.Checksum.NONE, BaseBackupOptions.Compression.NONE);
    }

    @Override
    public Patient.Life life(long seed) {
        return new Life();
    }

    /// The client.
    private static final class Received implements BaseBackups.Client {

        private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
        private OnlineBackup backup;
        private Seawall seawall;
        private SystemClient client;
        private boolean isEnded;

        void receive(OnlineBackup begun, Seawall from, SystemClient committing) {
            backup = begun;
            seawall = from;
            client = committing;
        }

        @Override
        public void begin(long bytes) {}

        @Override
        public OutputStream archive(String name) {
            return archive;
        }

        /// Life goes on while the data files are copied: what it changes belongs to the copy, too.
        @Override
        public void archived(long bytes) throws IOException {
            if (!isEnded) {
                client.commit(1);
                client.grow();
                seawall.checkpoint();
                client.commit(1);
            }
        }

        @Override
        public Lsn end() throws IOException {
            isEnded = true;
            return backup.end();
        }

        @Override
        public OutputStream manifest() {
            throw new AssertionError("nobody asked for a manifest");
        }

        /// As pg_basebackup leaves it: durable.
        void unpack(SimulatedDisk disk) throws IOException {
            disk.makeDirectories(RigCluster.COPY);
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new ByteArrayInputStream(archive.toByteArray()))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    Path path = RigCluster.COPY.resolve(entry.getName());
                    if (entry.isDirectory()) {
                        disk.makeDirectories(path);
                        continue;
                    }
                    try (DiskFile file = disk.open(path, EnumSet.of(Disk.Open.CREATE_NEW))) {
                        file.write(ByteBuffer.wrap(tar.readAllBytes()), 0);
                        file.sync();
                    }
                    disk.syncDirectory(path.getParent());
                }
            }
        }
    }

    private final class Life implements Patient.Life {

        private final SystemLedger ledger = prepared.copy();

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            use(disk, world);
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            use(disk, world);
        }

        private void use(Disk disk, SimulatedWorld world) throws Exception {
            try (Seawall opened = RigCluster.open(disk, world, RigCluster.COPY, false)) {
                SystemClient client = new SystemClient(opened, world, ledger);
                client.check(true);
                client.commit(2);
                client.check(false);
                if (world.random().nextBoolean()) {
                    opened.crash();
                }
            }
        }
    }
}
