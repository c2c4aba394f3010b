package dev.seawall.archiver.stream;

import dev.seawall.archiver.OnlineCopy;
import dev.seawall.archiver.backup.BackupControl;
import dev.seawall.archiver.backup.BackupFile;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.basebackup.BaseBackupOptions;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Manifest;
import dev.seawall.walwriter.basebackup.BaseBackups;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.cluster.OnlineBackup;
import dev.seawall.walwriter.start.BackupLabel;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Base backups of a cluster for whoever receives them over a connection.
///
/// Order: backup_label; the data files; then the backup's end is in the log; the configuration; the control
/// file, which says how far redo must come before anything may be opened; the log, if it was asked for; the
/// manifest.
public final class StreamedBackups implements BaseBackups {

    private final Disk disk;
    private final Path cluster;

    /// @param cluster its directory
    public StreamedBackups(Disk disk, Path cluster) {
        this.disk = disk;
        this.cluster = cluster;
    }

    @Override
    public void send(BaseBackupOptions options, OnlineBackup backup, FileCopy dataFiles, Client client)
            throws IOException {
        // Closed by those who opened its parts.
        OnlineCopy copy = new OnlineCopy(backup, dataFiles, client::end);
        // Before anything is sent: what is wrong now is an error, and no broken archive.
        long bytes = copy.bytes();
        client.begin(options.isProgress() ? bytes : 0);
        send(options, backup, client, copy);
    }

    private void send(BaseBackupOptions options, OnlineBackup backup, Client client, OnlineCopy copy)
            throws IOException {
        ControlFile control = copy.control();
        StreamedManifest manifest = new StreamedManifest(options.manifest(), options.checksum());
        ClusterFiles files = new ClusterFiles(disk, cluster);
        PageLayout layout = new PageLayout(control.segmentBytes());
        int owner = disk.permissions(ClusterLayout.control(cluster)).owner();
        Lsn end;
        try (ArchiveWriter writer = new ArchiveWriter(options, client, manifest, backup.startTime(), owner)) {
            writer.file(BackupLabel.FILE, backup.labelFile().getBytes(StandardCharsets.UTF_8));
            files.directories(writer);
            copy.copy(writer);
            end = copy.consistentAt();
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
