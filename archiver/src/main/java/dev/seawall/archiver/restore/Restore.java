package dev.seawall.archiver.restore;

import dev.seawall.archiver.backup.BackupFile;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.backup.BackupReader;
import dev.seawall.archiver.repository.DiskOutput;
import dev.seawall.archiver.repository.Repository;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Unpacks a base backup into an empty directory, from which recovery goes on. An empty `pg_wal`, or a link to one on
/// another disk, may be there.
///
/// A directory under way has `restore_in_progress` and no `global/pg_control`, so nothing takes it
/// for a cluster; pg_control is renamed into place when all else is durable. The finished copy has
/// `recovery.signal`: it must be recovered before it is opened, and archives nothing.
public final class Restore {

    /// PostgreSQL's: in a directory that is to be recovered from an archive.
    public static final String RECOVERY_SIGNAL = "recovery.signal";

    static final String IN_PROGRESS = "restore_in_progress";

    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
    private static final String MANIFEST = "backup_manifest";

    private final Disk disk;
    private final Repository repository;

    public Restore(Disk disk, Repository repository) {
        this.disk = disk;
        this.repository = repository;
    }

    /// Restores a backup; when this returns the copy is whole and durable.
    ///
    /// @param directory empty but for `pg_wal`, or not there while its parent is
    /// @throws dev.seawall.wal.WalCorruptException if a file of the backup is damaged or missing
    public void into(Path directory, BackupManifest backup, BackupProgress progress) throws IOException {
        begin(directory);
        Set<Path> directories = new TreeSet<>();
        makeDirectory(directory, ClusterLayout.WAL + "/" + ClusterLayout.ARCHIVE_STATUS + "/", directories);
        BackupReader reader = new BackupReader(repository, backup);
        long files = 0;
        long bytes = 0;
        for (BackupFile file : backup.files()) {
            makeDirectory(directory, file.path(), directories);
            boolean isControl = file.path().equals(BackupFile.CONTROL);
            copy(reader, file, directory.resolve(isControl ? temporary(file.path()) : file.path()));
            files++;
            bytes += file.size();
            progress.done(file.path(), files, bytes);
        }
        write(directory.resolve(MANIFEST), backup.toPostgres());
        write(directory.resolve(RECOVERY_SIGNAL), new byte[0]);
        // Every directory's entries, then the one file that makes it a cluster, then the mark goes.
        for (Path made : directories) {
            disk.syncDirectory(made);
        }
        disk.syncDirectory(directory);
        Path control = directory.resolve(BackupFile.CONTROL);
        disk.rename(directory.resolve(temporary(BackupFile.CONTROL)), control);
        disk.syncDirectory(control.getParent());
        disk.delete(directory.resolve(IN_PROGRESS));
        disk.syncDirectory(directory);
        LOG.info("restored base backup label={} directory={} files={} bytes={}",
                backup.label(), directory, files, bytes);
    }

    private void begin(Path directory) throws IOException {
        disk.createDirectory(directory);
        if (directory.getParent() != null) {
            disk.syncDirectory(directory.getParent());
        }
        List<String> names = new ArrayList<>(disk.list(directory));
        if (names.contains(IN_PROGRESS)) {
            throw new IOException("directory " + directory + " holds a restore that was interrupted"
                    + "\nHINT: Remove its content and restore again.");
        }
        if (names.contains(ClusterLayout.WAL) && disk.list(directory.resolve(ClusterLayout.WAL)).isEmpty()) {
            names.remove(ClusterLayout.WAL);
        }
        if (!names.isEmpty()) {
            throw new IOException("directory " + directory + " is not empty: " + names.getFirst()
                    + "\nHINT: Restore into an empty or new directory.");
        }
        write(directory.resolve(IN_PROGRESS), new byte[0]);
        disk.syncDirectory(directory);
    }

    private static String temporary(String path) {
        return path + ".tmp";
    }

    /// Makes the directories that lead to a path.
    private void makeDirectory(Path root, String path, Set<Path> made) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            Path directory = root.resolve(path.substring(0, slash));
            if (made.add(directory)) {
                disk.createDirectory(directory);
            }
        }
    }

    private void copy(BackupReader reader, BackupFile file, Path to) throws IOException {
        try (DiskFile open = disk.open(to, Set.of(Disk.Open.CREATE_NEW))) {
            DiskOutput out = new DiskOutput(open);
            reader.copy(file, out);
            if (file.path().equals(BackupFile.SETTINGS)) {
                out.write(BackupFile.ARCHIVING_OFF.getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
            open.sync();
        }
    }

    private void write(Path path, byte[] content) throws IOException {
        try (DiskFile open = disk.open(path, Set.of(Disk.Open.CREATE_NEW))) {
            OutputStream out = new DiskOutput(open);
            out.write(content);
            out.flush();
            open.sync();
        }
    }
}
