package dev.seawall.archiver.stream;

import dev.seawall.archiver.backup.BackupFile;
import dev.seawall.archiver.repository.DiskInput;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What belongs to a copy of a cluster besides its data files: what is configured, the directories that
/// PostgreSQL's programs look for, and the log.
///
/// @param directory the cluster's
record ClusterFiles(Disk disk, Path directory) {

    /// Whatever else is in a copy: what a start, pg_basebackup or a server that follows expects.
    private static final List<String> DIRECTORIES = List.of(ClusterLayout.BASE, ClusterLayout.GLOBAL, "pg_replslot",
            "pg_tblspc", ClusterLayout.WAL, ClusterLayout.WAL + "/" + ClusterLayout.ARCHIVE_STATUS);
    /// Of this process or another one, of this moment, of an earlier restore, or half written.
    private static final Pattern NOT_COPIED = Pattern.compile("\\..*|.*\\.(?:lock|pid|tmp|new|log|old|signal)"
            + "|backup_label|backup_manifest|tablespace_map|restore_in_progress|postmaster\\.opts");
    private static final String STATUS = ClusterLayout.WAL + "/" + ClusterLayout.ARCHIVE_STATUS + "/";
    private static final int CHUNK_BYTES = 1 << 20;

    void directories(ArchiveWriter into) throws IOException {
        for (String name : DIRECTORIES) {
            into.directory(name);
        }
    }

    /// The plain files in the cluster's directory: settings, users, who may come in, certificates. Of other
    /// directories none: the repository of an archive may be one.
    void configuration(ArchiveWriter into) throws IOException {
        for (String name : disk.list(directory)) {
            if (!NOT_COPIED.matcher(name).matches() && !isDirectory(directory.resolve(name))) {
                into.file(name, read(name));
            }
        }
    }

    private boolean isDirectory(Path path) throws IOException {
        try {
            disk.list(path);
            return true;
        } catch (NotDirectoryException e) {
            return false;
        }
    }

    private byte[] read(String name) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (DiskInput in = DiskInput.open(disk, directory.resolve(name))) {
            in.transferTo(content);
        }
        if (name.equals(BackupFile.SETTINGS)) {
            content.writeBytes(BackupFile.ARCHIVING_OFF.getBytes(StandardCharsets.US_ASCII));
        }
        return content.toByteArray();
    }

    /// All log from `start` to `end`, as segments that need not be archived again, and the history files. The
    /// last segment may go on behind the copy, and in the archive it does: nobody is to take it for that one.
    void log(ArchiveWriter into, PageLayout layout, TimelineId timeline, Lsn start, Lsn end) throws IOException {
        SegmentNumber last = layout.segmentOf(end.plus(-1));
        for (SegmentNumber at = layout.segmentOf(start); !last.isBefore(at); at = at.next()) {
            String name = new SegmentName(timeline, at).fileName(layout);
            segment(into, name, layout.segmentBytes());
            if (at.isBefore(layout.segmentOf(end))) {
                into.file(STATUS + name + ".done", new byte[0]);
            }
        }
        Path pgWal = ClusterLayout.wal(directory);
        for (String name : disk.list(pgWal)) {
            if (TimelineHistory.isHistoryName(name)) {
                into.file(ClusterLayout.WAL + "/" + name, read(ClusterLayout.WAL + "/" + name));
                into.file(STATUS + name + ".done", new byte[0]);
            }
        }
    }

    private void segment(ArchiveWriter into, String name, int bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, bytes));
        try (DiskFile file = disk.open(ClusterLayout.wal(directory).resolve(name), Set.of(Disk.Open.READ_ONLY))) {
            into.file(ClusterLayout.WAL + "/" + name, bytes);
            for (int at = 0; at < bytes; at += chunk.limit()) {
                if (file.read(chunk.clear(), at) < chunk.capacity()) {
                    throw new IOException("WAL file \"" + name + "\" is shorter than " + bytes + " bytes");
                }
                into.bytes(chunk.flip());
            }
        } catch (NoSuchFileException e) {
            throw new IOException("requested WAL segment " + name + " has already been removed", e);
        }
    }
}
