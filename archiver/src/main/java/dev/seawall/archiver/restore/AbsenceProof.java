package dev.seawall.archiver.restore;

import dev.seawall.archiver.backup.BackupCatalog;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.repository.WalKeys;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.SegmentSource.Fetched;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SortedSet;

/// Whether a file that the archive does not have never was in it, or is missing from it.
///
/// Files are archived in order, so whatever comes later vouches for what came before: a later
/// segment of the timeline; a timeline that branched off behind the segment; a base backup that
/// needs it; for a history file, the segments of its timeline. Any of them makes the absence a
/// hole, and a hole is not the log's end.
final class AbsenceProof {

    private final WalArchive archive;
    private final RepositoryIdentity identity;
    private final PageLayout layout;

    AbsenceProof(WalArchive archive, RepositoryIdentity identity) {
        this.archive = archive;
        this.identity = identity;
        this.layout = identity.layout();
    }

    /// @return absent or unknown
    Fetched of(String fileName) throws IOException {
        SortedSet<String> names = archive.names();
        Fetched judged = TimelineHistory.isHistoryName(fileName)
                ? history(fileName, names)
                : SegmentName.parse(fileName, layout)
                        .map(segment -> segment(segment, names))
                        .orElseGet(() -> absent(fileName, "nothing refers to it"));
        return judged instanceof Fetched.Absent && SegmentName.isSegmentName(fileName)
                ? unlessNeeded(fileName, names, judged) : judged;
    }

    private Fetched history(String fileName, SortedSet<String> names) {
        String timeline = fileName.substring(0, 8);
        if (timeline.equals(TimelineId.FIRST.toHex())) {
            return absent(fileName, "timeline 1 has no history");
        }
        String from = names.tailSet(timeline).stream()
                .filter(name -> !TimelineHistory.isHistoryName(name)).findFirst().orElse("");
        return from.startsWith(timeline)
                ? hole(fileName, from + " of this timeline is there")
                : absent(fileName, "no segment of this timeline is there either");
    }

    private Fetched segment(SegmentName wanted, SortedSet<String> names) {
        String fileName = wanted.fileName(layout);
        for (String later : names.tailSet(fileName)) {
            if (!later.startsWith(wanted.timeline().toHex())) {
                break;
            }
            if (WalKeys.isSegmentLike(later) && !later.startsWith(fileName)) {
                return hole(fileName, later + ", which is later, is there");
            }
        }
        String last = names.headSet(fileName).stream()
                .filter(name -> name.startsWith(wanted.timeline().toHex()) && WalKeys.isSegmentLike(name))
                .reduce((_, name) -> name).orElse("none");
        return absent(fileName, "the last segment of this timeline is " + last);
    }

    /// Looks at histories and backups, which must be read for it.
    private Fetched unlessNeeded(String fileName, SortedSet<String> names, Fetched absent) throws IOException {
        SegmentName wanted = SegmentName.parse(fileName, layout).orElseThrow();
        Lsn end = layout.startOf(wanted.number().next());
        for (String name : names) {
            if (TimelineHistory.isHistoryName(name)) {
                Lsn left = readHistory(name).switchPointOf(wanted.timeline());
                if (!left.equals(Lsn.MAX) && left.isAtLeast(end)) {
                    return hole(fileName, "timeline " + TimelineId.parseHex(name.substring(0, 8))
                            + " branched off behind it, at " + left);
                }
            }
        }
        Lsn start = layout.startOf(wanted.number());
        List<BackupManifest> backups = new BackupCatalog(archive.repository()).complete();
        for (BackupManifest backup : backups) {
            if (backup.timeline().equals(wanted.timeline()) && backup.stopLsn().isAfter(start)) {
                return hole(fileName, "base backup " + backup.label() + " reaches to " + backup.stopLsn());
            }
        }
        return absent;
    }

    private TimelineHistory readHistory(String name) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        archive.get(name, content);
        return Fetch.parse(name, content);
    }

    private Fetched absent(String fileName, String why) {
        return new Fetched.Absent("the archive of system " + Long.toUnsignedString(identity.systemId())
                + " was read and has no " + fileName + "; " + why);
    }

    private Fetched hole(String fileName, String evidence) {
        return new Fetched.Unknown("hole in the archive: " + fileName + " is missing, but " + evidence
                + "\nHINT: Bring the file back from a copy of the archive or the old primary's pg_wal, or recover to "
                + "a point before it or from a later base backup.");
    }
}
