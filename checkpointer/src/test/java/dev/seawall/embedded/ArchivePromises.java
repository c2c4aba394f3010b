package dev.seawall.embedded;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.backup.BackupCatalog;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.backup.BackupVerification;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.DiskInput;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/// What an archive promised, across all deaths: whatever once counted as archived can be fetched, as
/// it was; a backup that has a manifest is whole; a timeline belongs to one history.
final class ArchivePromises {

    private final Path repository;
    /// Name of each file that counted as archived, and its content's checksum.
    private final Map<String, Long> archived = new HashMap<>();
    private final Set<String> backups = new HashSet<>();
    private final Set<TimelineId> timelines = new HashSet<>();

    ArchivePromises(Path repository) {
        this.repository = repository;
    }

    /// The same promises, kept from now on by somebody else.
    ArchivePromises copy() {
        ArchivePromises copy = new ArchivePromises(repository);
        copy.archived.putAll(archived);
        copy.backups.addAll(backups);
        copy.timelines.addAll(timelines);
        return copy;
    }

    /// Remembers that a backup was acknowledged.
    void backup(String label) {
        backups.add(label);
    }

    /// Claims in the archive, where nobody gets what somebody else has.
    TimelineClaims claims(WalArchive archive, UnaryOperator<TimelineClaims> planted) {
        TimelineClaims claims = planted.apply(new ArchivedTimelines(archive));
        return history -> {
            boolean isOurs = claims.claim(history);
            if (isOurs && !timelines.add(history.timeline())) {
                throw new AssertionError("timeline " + history.timeline() + " is claimed a second time");
            }
            return isOurs;
        };
    }

    WalArchive archive(Disk disk, World world) throws IOException {
        return new WalArchive(DirectoryRepository.open(disk, world, repository));
    }

    /// Compares the archive with what an open cluster says of it, and takes that for promised.
    void check(Disk disk, World world, Path cluster, Seawall seawall) throws IOException {
        WalArchive archive = archive(disk, world);
        Path pgWal = ClusterLayout.wal(cluster);
        for (String status : disk.list(ClusterLayout.archiveStatus(cluster))) {
            if (status.endsWith(ArchiveStatus.DONE)) {
                String name = status.substring(0, status.length() - ArchiveStatus.DONE.length());
                checkDone(disk, archive, pgWal.resolve(name));
            }
        }
        checkNoHole(disk, archive, pgWal, seawall);
        for (Map.Entry<String, Long> promised : archived.entrySet()) {
            if (checksum(fetch(archive, promised.getKey())) != promised.getValue()) {
                throw new AssertionError(promised.getKey() + " has changed in the archive");
            }
        }
        checkHistory(archive, seawall.wal().history());
    }

    private void checkDone(Disk disk, WalArchive archive, Path file) throws IOException {
        String name = file.getFileName().toString();
        byte[] stored = fetch(archive, name);
        if (disk.exists(file)) {
            byte[] own;
            try (DiskInput in = DiskInput.open(disk, file)) {
                own = in.readAllBytes();
            }
            if (!java.util.Arrays.equals(own, stored)) {
                throw new AssertionError(name + " counts as archived, but the archive has something else");
            }
        }
        archived.putIfAbsent(name, checksum(stored));
    }

    private static byte[] fetch(WalArchive archive, String name) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(1 << 20);
        try {
            archive.get(name, content);
        } catch (NoSuchFileException e) {
            throw new AssertionError(name + " counted as archived, but is not in the archive", e);
        }
        return content.toByteArray();
    }

    private static long checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return crc.getValue();
    }

    /// Every segment that was ever completed is in the archive, or waits for it.
    private void checkNoHole(Disk disk, WalArchive archive, Path pgWal, Seawall seawall) throws IOException {
        PageLayout layout = seawall.wal().layout();
        SegmentNumber current = layout.segmentOf(seawall.wal().insertLsn());
        TimelineHistory history = seawall.wal().history();
        for (SegmentNumber each = new SegmentNumber(1); each.isBefore(current); each = each.next()) {
            String name = new SegmentName(history.timelineAt(layout.startOf(each.next()).plus(-1)), each)
                    .fileName(layout);
            if (!disk.exists(pgWal.resolve(name))) {
                // It was given up, so it counted as archived, whatever became of its .done since.
                archived.putIfAbsent(name, checksum(fetch(archive, name)));
            }
        }
    }

    /// A timeline belongs to one history, and the archive has it.
    void checkHistory(WalArchive archive, TimelineHistory history) throws IOException {
        if (!history.branches().isEmpty()) {
            String name = TimelineHistory.fileName(history.timeline());
            String stored = new String(fetch(archive, name), java.nio.charset.StandardCharsets.UTF_8);
            if (!stored.equals(history.toText())) {
                throw new AssertionError("timeline " + history.timeline() + " is claimed by another:\n" + stored
                        + "\nnot\n" + history.toText());
            }
        }
    }

    /// The backups that there are, each of them whole: all that were acknowledged, and any others that
    /// have a manifest. Those are no promise: who only lists a repository makes nothing durable in it.
    List<BackupManifest> checkedBackups(WalArchive archive) throws IOException {
        List<BackupManifest> complete = new BackupCatalog(archive.repository()).complete();
        Set<String> labels = new HashSet<>();
        for (BackupManifest backup : complete) {
            List<String> problems = new BackupVerification(archive).problemsOf(backup, BackupProgress.NONE);
            if (!problems.isEmpty()) {
                throw new AssertionError("backup " + backup.label() + " has a manifest, but: " + problems);
            }
            labels.add(backup.label());
        }
        if (!labels.containsAll(backups)) {
            throw new AssertionError("of the backups " + backups + " only " + labels + " are there");
        }
        return complete;
    }
}
