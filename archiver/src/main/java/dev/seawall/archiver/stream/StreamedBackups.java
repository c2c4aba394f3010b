package dev.seawall.archiver.stream;

import dev.seawall.archiver.PageCopy;
import dev.seawall.archiver.backup.BackupControl;
import dev.seawall.archiver.backup.BackupFile;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.basebackup.BaseBackupOptions;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Manifest;
import dev.seawall.walwriter.basebackup.BaseBackups;
import dev.seawall.walwriter.cluster.OnlineBackup;
import dev.seawall.walwriter.start.BackupLabel;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;

/// Base backups of a cluster for whoever receives them over a connection.
///
/// Order: backup_label; the data files, which are held meanwhile; then the backup's end is in the log, and
/// the files are let go; the configuration; the control file, which says how far redo must come before
/// anything may be opened; the log, if it was asked for; the manifest.
public final class StreamedBackups implements BaseBackups {

    private final Disk disk;
    private final World world;
    private final Path cluster;
    private final Function<PageCopy.Holder, PageCopy> dataFiles;

    /// @param cluster   its directory
    /// @param dataFiles copies them while somebody holds them
    public StreamedBackups(Disk disk, World world, Path cluster, Function<PageCopy.Holder, PageCopy> dataFiles) {
        this.disk = disk;
        this.world = world;
        this.cluster = cluster;
        this.dataFiles = dataFiles;
    }

    @Override
    public void send(BaseBackupOptions options, OnlineBackup backup, Client client) throws IOException {
        PageCopy.Holder holder = new PageCopy.Holder() {

            @Override
            public Lsn hold() {
                return backup.start();
            }

            @Override
            public Lsn release() throws IOException {
                return client.end();
            }
        };
        // Before anything is sent: what is wrong now is an error, and no broken archive.
        ControlFile control = controlOf(backup);
        try (PageCopy.Session session = dataFiles.apply(holder).begin()) {
            client.begin(options.isProgress() ? session.bytes() : 0);
            send(options, backup, client, control, session);
        }
    }

    private ControlFile controlOf(OnlineBackup backup) throws IOException {
        ControlFile control = ControlStore.peek(disk, world, cluster);
        if (!control.checkpoint().redo().equals(backup.start())) {
            throw new IOException("pg_control has redo point " + control.checkpoint().redo() + ", the data files "
                    + backup.start() + ": they are not held");
        }
        return control;
    }

    private void send(BaseBackupOptions options, OnlineBackup backup, Client client, ControlFile control,
            PageCopy.Session session) throws IOException {
        StreamedManifest manifest = new StreamedManifest(options.manifest(), options.checksum());
        ClusterFiles files = new ClusterFiles(disk, cluster);
        PageLayout layout = new PageLayout(control.segmentBytes());
        int owner = disk.permissions(ClusterLayout.control(cluster)).owner();
        Lsn end;
        try (ArchiveWriter writer = new ArchiveWriter(options, client, manifest, backup.startTime(), owner)) {
            writer.file(BackupLabel.FILE, backup.labelFile().getBytes(StandardCharsets.UTF_8));
            files.directories(writer);
            session.copy(writer);
            end = session.consistentAt();
            files.configuration(writer);
            writer.file(BackupFile.CONTROL, BackupControl.streamed(control, backup.timeline(), end));
            writer.endListing();
            if (options.isWithLog()) {
                files.log(writer, layout, backup.timeline(), backup.start(), end);
            }
            writer.finish();
        }
        if (options.manifest() != Manifest.NO) {
            try (OutputStream out = client.manifest()) {
                out.write(manifest.finish(backup.timeline(), backup.start(), end));
            }
        }
    }
}
