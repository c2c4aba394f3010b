package dev.seawall.archiver;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DiskInput;
import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.repository.WalKeys;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.read.SegmentFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Puts one file of `pg_wal` into the archive: checked first, then stored.
///
/// Both the archiver and `archiver push` do it by this.
public final class WalFiles {

    private static final int HISTORY_BYTES_MAX = 1 << 20;

    private final Disk disk;
    private final WalArchive archive;
    private final RepositoryIdentity identity;
    private final Codec codec;
    private final SegmentCheck check;

    /// @param identity the cluster's own: a repository or a segment of another is refused
    public WalFiles(Disk disk, WalArchive archive, RepositoryIdentity identity, Codec codec) {
        this.disk = disk;
        this.archive = archive;
        this.identity = identity;
        this.codec = codec;
        this.check = new SegmentCheck(disk, identity);
    }

    /// Archives a file; when this returns it is durable in the repository, by this or an earlier try.
    ///
    /// @throws ArchiveConflictException if other content is stored under its name
    /// @throws WalCorruptException      if it is not what its name says
    public Put archive(Path file, SegmentCheck.Behind behind) throws IOException {
        String name = file.getFileName().toString();
        if (!WalKeys.isStorable(name)) {
            throw new IOException("not the name of a file to be archived: " + name
                    + "\nHINT: Segments, history, backup and partial files are; remove its .ready file.");
        }
        // Each time: what is mounted there may have changed.
        archive.repository().identity().require(identity, String.valueOf(archive.repository()));
        check(file, name, behind);
        Put put = archive.put(name, () -> DiskInput.open(disk, file), codec);
        if (put == Put.CONFLICT) {
            throw new ArchiveConflictException(name);
        }
        return put;
    }

    private void check(Path file, String name, SegmentCheck.Behind behind) throws IOException {
        if (TimelineHistory.isHistoryName(name)) {
            readHistory(file, TimelineId.parseHex(name.substring(0, 8)));
        } else if (WalKeys.isSegmentLike(name)) {
            SegmentName segment = SegmentName.parse(name.substring(0, 24), identity.layout())
                    .orElseThrow(() -> WalCorruptException.inFile("segments of " + identity.segmentBytes()
                            + " bytes have no such name", name, "Find out where this file came from."));
            if (name.length() > 24) {
                check.header(file, segment);
            } else {
                check.records(file, segment, following(file, segment), behind);
            }
        }
    }

    private LogBytes following(Path file, SegmentName segment) throws IOException {
        Path directory = file.resolveSibling("");
        Path history = file.resolveSibling(TimelineHistory.fileName(segment.timeline()));
        Optional<TimelineHistory> known = disk.exists(history)
                ? Optional.of(readHistory(history, segment.timeline())) : Optional.empty();
        return new SegmentFiles(disk, directory, identity.layout(),
                known.orElse(TimelineHistory.root(segment.timeline())));
    }

    private TimelineHistory readHistory(Path file, TimelineId timeline) throws IOException {
        try (DiskInput in = DiskInput.open(disk, file)) {
            return TimelineHistory.parse(timeline,
                    new String(in.readNBytes(HISTORY_BYTES_MAX), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw WalCorruptException.inFile(String.valueOf(e.getMessage()), file.toString(),
                    "Bring the history file back from the archive or a replica.");
        }
    }
}
