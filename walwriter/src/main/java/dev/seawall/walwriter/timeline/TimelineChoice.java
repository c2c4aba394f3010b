package dev.seawall.walwriter.timeline;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import java.io.IOException;

/// Which branch of history recovery follows: `recovery_target_timeline`.
public sealed interface TimelineChoice {

    /// The newest that is known: what was last in production.
    record Latest() implements TimelineChoice {}

    /// The one that the backup was taken on.
    record Current() implements TimelineChoice {}

    /// This one.
    record Numbered(TimelineId timeline) implements TimelineChoice {}

    /// Reads the setting: `latest`, `current` or a number.
    ///
    /// @throws IllegalArgumentException if it is none of them
    static TimelineChoice parse(String text) {
        return switch (text) {
            case "latest" -> new Latest();
            case "current" -> new Current();
            default -> {
                try {
                    yield new Numbered(new TimelineId(Integer.parseUnsignedInt(text)));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("not a timeline: \"" + text
                            + "\"\nHINT: It is \"latest\", \"current\" or a number from 1 on.", e);
                }
            }
        };
    }

    /// The history to follow, which contains where the cluster is.
    ///
    /// @param cluster the control file of the backup or of an earlier, unfinished recovery
    /// @throws RecoveryStoppedException if there is no such timeline, it is not a child of the cluster's,
    ///         or that cannot be known
    default TimelineHistory resolve(HistoryFiles files, ControlFile cluster) throws IOException {
        TimelineId current = cluster.checkpoint().timeline();
        TimelineId wanted = switch (this) {
            case Latest() -> files.newestFrom(current);
            case Current() -> current;
            case Numbered(TimelineId timeline) -> timeline;
        };
        TimelineHistory history = files.find(wanted).orElseThrow(() -> RecoveryStoppedException.unfit(
                "recovery target timeline " + wanted + " does not exist",
                "Choose one whose history file the archive has, or \"latest\"."));
        check(history, cluster);
        return history;
    }

    private static void check(TimelineHistory history, ControlFile cluster) throws RecoveryStoppedException {
        TimelineId current = cluster.checkpoint().timeline();
        Lsn checkpoint = cluster.checkpointLsn();
        if (!history.timelineAt(checkpoint).equals(current)) {
            Lsn left = history.switchPointOf(current);
            throw RecoveryStoppedException.unfit(
                    "requested timeline " + history.timeline() + " is not a child of this server's history: latest"
                            + " checkpoint is at " + checkpoint + " on timeline " + current
                            + (left.isValid() ? ", but the requested timeline forked off from that timeline at " + left
                                    : ", which is not among its ancestors"),
                    "Restore a backup that was taken before the fork, or choose another timeline.");
        }
        Lsn minimum = cluster.minimumRecoveryEnd();
        if (minimum.isValid() && cluster.minimumRecoveryTimeline() != 0
                && history.timelineAt(minimum.plus(-1)).value() != cluster.minimumRecoveryTimeline()) {
            throw RecoveryStoppedException.unfit(
                    "requested timeline " + history.timeline() + " does not contain minimum recovery point "
                            + minimum + " on timeline " + Integer.toUnsignedString(cluster.minimumRecoveryTimeline()),
                    "Choose a timeline that does, or restore the backup anew.");
        }
    }
}
