package dev.seawall.archiver.restore;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Which base backup a recovery starts from: the newest whose end is not beyond the target and whose
/// timeline the target's timeline descends from at that point.
///
/// A target before the end of every backup is refused. PostgreSQL opens such a copy at the backup's
/// end, which is later than was asked for, and says nothing.
public final class BackupChoice {

    /// Where recovery is to stop, as far as a backup's choice depends on it.
    public sealed interface Point {

        /// The archive's end, or as soon as the copy is consistent: any backup will do.
        record Any() implements Point {}

        /// Before or behind a record.
        record At(Lsn lsn) implements Point {}

        /// A commit time.
        record Time(Instant time) implements Point {}

        /// A restore point or transaction somewhere in the log: only the oldest backup is certainly
        /// before it.
        record Somewhere() implements Point {}
    }

    private BackupChoice() {}

    /// @param backups all there are
    /// @param target  the timeline to recover along
    /// @throws NoBackupException if none fits, with a list of what there is
    public static BackupManifest choose(List<BackupManifest> backups, TimelineHistory target, Point point)
            throws NoBackupException {
        Predicate<BackupManifest> isAncestor = backup ->
                !backup.stopLsn().isAfter(target.switchPointOf(backup.timeline()));
        List<BackupManifest> fitting = backups.stream()
                .filter(isAncestor.and(backup -> endsBefore(backup, point)))
                .sorted(java.util.Comparator.comparing(BackupManifest::stopLsn))
                .toList();
        if (fitting.isEmpty()) {
            throw new NoBackupException("no base backup ends before " + describe(point) + " on timeline "
                    + target.timeline() + " or its ancestors" + listOf(backups));
        }
        return point instanceof Point.Somewhere ? fitting.getFirst() : fitting.getLast();
    }

    private static boolean endsBefore(BackupManifest backup, Point point) {
        return switch (point) {
            case Point.Any _, Point.Somewhere _ -> true;
            case Point.At(Lsn lsn) -> !backup.stopLsn().isAfter(lsn);
            case Point.Time(Instant time) -> !backup.stopTime().isAfter(time);
        };
    }

    private static String describe(Point point) {
        return switch (point) {
            case Point.Any _ -> "the archive's end";
            case Point.Somewhere _ -> "the target";
            case Point.At(Lsn lsn) -> "LSN " + lsn;
            case Point.Time(Instant time) -> time.toString();
        };
    }

    private static String listOf(List<BackupManifest> backups) {
        return backups.isEmpty()
                ? "\nHINT: There is no base backup in the repository at all; take one with \"walctl backup\"."
                : "\nHINT: There are:\n" + backups.stream()
                        .map(backup -> "  " + backup.describe()).collect(Collectors.joining("\n"));
    }
}
