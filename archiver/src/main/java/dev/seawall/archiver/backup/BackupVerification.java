package dev.seawall.archiver.backup;

import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// Whether a backup can be restored: every file of it, and the log that makes it consistent, read
/// and checked.
public final class BackupVerification {

    private final WalArchive archive;

    public BackupVerification(WalArchive archive) {
        this.archive = archive;
    }

    /// Reads everything.
    ///
    /// @return what is wrong, one sentence a file; empty if nothing is
    public List<String> problemsOf(BackupManifest backup, BackupProgress progress) {
        List<String> problems = new ArrayList<>();
        BackupReader reader = new BackupReader(archive.repository(), backup);
        long files = 0;
        long bytes = 0;
        for (BackupFile file : backup.files()) {
            try {
                reader.copy(file, OutputStream.nullOutputStream());
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
            files++;
            bytes += file.size();
            progress.done(file.path(), files, bytes);
        }
        for (String name : logOf(backup)) {
            try {
                archive.get(name, OutputStream.nullOutputStream());
            } catch (NoSuchFileException e) {
                problems.add("log that the backup needs is missing: " + name);
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return problems;
    }

    /// Names of the files of the log without which the backup is not consistent.
    static List<String> logOf(BackupManifest backup) {
        PageLayout layout = backup.layout();
        List<String> names = new ArrayList<>();
        if (backup.timeline().isAfter(TimelineId.FIRST)) {
            names.add(TimelineHistory.fileName(backup.timeline()));
        }
        SegmentNumber last = layout.segmentOf(backup.stopLsn().plus(-1));
        for (SegmentNumber segment = layout.segmentOf(backup.redo()); !segment.isAfter(last);
                segment = segment.next()) {
            names.add(new SegmentName(backup.timeline(), segment).fileName(layout));
        }
        return names;
    }
}
