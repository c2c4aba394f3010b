package dev.seawall.archiver.backup;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/// What a base backup is: where it begins and ends in the log, and all its files.
///
/// It is stored last, so a backup that has one is whole. [ManifestText] has its form.
///
/// @param label          its name in the repository
/// @param redo           where redo of the copied files begins
/// @param checkpointLsn  the checkpoint that pg_control named when it began
/// @param stopLsn        redo must come to here before the copy is consistent
/// @param startTime      when copying began
/// @param stopTime       when copying had ended: every commit before `stopLsn` is older
/// @param maxConnections of the cluster; a server that follows its log needs as many
/// @param format         how its files are compressed
/// @param files          in the order they were stored
public record BackupManifest(
        String label, long systemId, TimelineId timeline, Lsn redo, Lsn checkpointLsn, Lsn stopLsn,
        Instant startTime, Instant stopTime, int segmentBytes, int maxConnections,
        Codec.Format format, List<BackupFile> files) {

    static final String NAME = "backup_manifest";

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,62}");

    public BackupManifest {
        files = List.copyOf(files);
        requireLabel(label);
        if (!redo.isValid() || stopLsn.isBefore(redo) || stopTime.isBefore(startTime)) {
            throw new IllegalArgumentException("backup " + label + " from " + redo + " to " + stopLsn);
        }
    }

    /// @throws IllegalArgumentException if a backup cannot be called this
    static void requireLabel(String label) {
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException("not a label for a backup: \"" + label
                    + "\"\nHINT: Up to 63 letters, digits and . _ + - make a label.");
        }
    }

    public PageLayout layout() {
        return new PageLayout(segmentBytes);
    }

    public RepositoryIdentity identity() {
        return new RepositoryIdentity(systemId, segmentBytes);
    }

    /// Bytes that a restore writes.
    public long bytes() {
        return files.stream().mapToLong(BackupFile::size).sum();
    }

    /// The manifest that pg_verifybackup takes, for the restored directory.
    public byte[] toPostgres() {
        return ManifestText.toPostgres(this);
    }

    /// Where a file of the backup is stored.
    public String key(BackupFile file) {
        return keyOf(label, file.path(), format);
    }

    static String keyOf(String label, String path, Codec.Format format) {
        return prefixOf(label) + "files/" + path + format.suffix();
    }

    static String prefixOf(String label) {
        return BackupCatalog.ROOT + label + "/";
    }

    /// One line for lists: what a person chooses by.
    public String describe() {
        return label + ": timeline " + timeline + ", " + redo + " to " + stopLsn + ", ended " + stopTime;
    }
}
