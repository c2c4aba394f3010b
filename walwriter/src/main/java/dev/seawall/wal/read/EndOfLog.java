package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.read.ReadOutcome.NoRecord;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;

/// Where the log ends, and whether that is its torn tail or damage.
///
/// A log that was cut off by a crash may lack anything that was never durable, and pages behind
/// its end may be there: the disk writes in any order. So it is not what stands behind a bad
/// place that decides, but what was durable once: see [#judge].
///
/// @param end            where the log ends: the end of the last good record
/// @param validSegments  segments that hold pages of this log at `end` or beyond
public record EndOfLog(Lsn end, SortedSet<SegmentNumber> validSegments) {

    /// What lies beyond the bad place.
    public enum Ahead {
        /// Nothing of this log.
        NOTHING,
        /// Pages of this log.
        VALID,
        /// A segment that is missing, or too short, and pages of this log in a later one. Segments are
        /// made durably one after another, so no crash leaves that.
        VALID_BEHIND_MISSING_SEGMENT,
        /// A page for this very place, but of another cluster.
        OTHER_SYSTEM,
        /// A page for this very place, but of a timeline that the history does not have there.
        OTHER_TIMELINE
    }

    /// What it is.
    public enum Verdict {
        /// The log's end: nothing that was durable is missing.
        TORN_TAIL,
        /// Something is missing that was durable once.
        LOST,
        /// A segment is missing in the middle.
        HOLE,
        /// Files of another cluster are among ours.
        FOREIGN_SYSTEM,
        /// Files of another branch of this cluster's history are among ours.
        FOREIGN_TIMELINE
    }

    /// The rule.
    ///
    /// @param isEvidenceBeyond whether anything proves that the log was durable beyond the bad place
    public static Verdict judge(Ahead ahead, boolean isEvidenceBeyond) {
        return switch (ahead) {
            case OTHER_SYSTEM -> Verdict.FOREIGN_SYSTEM;
            case OTHER_TIMELINE -> Verdict.FOREIGN_TIMELINE;
            case VALID_BEHIND_MISSING_SEGMENT -> Verdict.HOLE;
            case NOTHING, VALID -> isEvidenceBeyond ? Verdict.LOST : Verdict.TORN_TAIL;
        };
    }

    /// The log that is being ended.
    ///
    /// @param bytes       not changing now, and believed: from the device, not from a cache
    /// @param lastSegment the last segment that there is a file of
    public record Log(
            LogBytes bytes, PageLayout layout, long systemId, TimelineHistory history, SegmentNumber lastSegment) {}

    /// Decides what the place is where reading stopped.
    ///
    /// @param end        end of the last good record
    /// @param none       what the reader said there
    /// @param watermarks all evidence gathered up to there; what is found beyond is added
    /// @param acceptLossAt damage at exactly this `end` is taken for the log's end, on the operator's
    ///                   word; [Lsn#INVALID] for none
    /// @throws WalCorruptException if it is damage, saying what is lost and how to go on anyway
    public static EndOfLog decide(Log log, Lsn end, NoRecord none, Watermarks watermarks, Lsn acceptLossAt)
            throws IOException {
        LookAhead beyond = new LookAhead(log.bytes(), log.layout(), log.systemId(), log.history(), watermarks);
        beyond.look(none.at(), log.lastSegment());
        EndOfLog decided = new EndOfLog(end, beyond.validSegments());
        Verdict verdict = judge(beyond.ahead(), watermarks.durable().isAfter(end));
        if (end.equals(acceptLossAt)) {
            return decided;
        }
        String problem = switch (verdict) {
            case TORN_TAIL -> "";
            case LOST -> "the log was durable up to " + watermarks.durable() + " (" + watermarks.source()
                    + "), so what stood from " + end + " to there is lost";
            case HOLE -> "a segment is missing, but later ones are there: what stood from " + end + " to "
                    + Lsn.max(watermarks.durable(), beyond.lastRecordEnd()) + " is lost";
            case FOREIGN_SYSTEM -> "a segment at or behind this place belongs to another cluster";
            case FOREIGN_TIMELINE -> "a segment at or behind this place belongs to a timeline that is not in the"
                    + " history of timeline " + log.history().timeline();
        };
        if (problem.isEmpty()) {
            return decided;
        }
        throw WalCorruptException.at("log is damaged: " + none.reason() + "; " + problem + "; found", end,
                log.history().timelineAt(end), log.layout(), hint(verdict, end));
    }

    /// The same for a log that was received from another server. It is made durable in large pieces, of which
    /// the later may reach the disk before the earlier, and its watermark records speak of the other's disk: so
    /// nothing counts that is found behind the end, only what was acknowledged.
    ///
    /// @param acknowledged what this server said that it has
    /// @throws WalCorruptException if some of that is missing
    public static EndOfLog decideReceived(Log log, Lsn end, NoRecord none, Watermarks acknowledged)
            throws WalCorruptException {
        if (acknowledged.durable().isAfter(end)) {
            throw WalCorruptException.at("log is damaged: " + none.reason() + "; the log was durable up to "
                    + acknowledged.durable() + " (" + acknowledged.source() + "), so what stood from " + end
                    + " to there is lost; found", end, log.history().timelineAt(end), log.layout(),
                    "Put the segment back from the archive or the primary, or make this standby anew from a base"
                            + " backup.");
        }
        return new EndOfLog(end, new TreeSet<>());
    }

    private static String hint(Verdict verdict, Lsn end) {
        String first = switch (verdict) {
            case TORN_TAIL, LOST, HOLE -> "Put the segment back from the archive or a standby, or restore the cluster.";
            case FOREIGN_SYSTEM -> "Move the foreign segment out of pg_wal.";
            case FOREIGN_TIMELINE -> "Put back the control file and segments that belong together,"
                    + " or restore the cluster.";
        };
        return first + " To give up for good what stood from " + end
                + " on, start once with accept_log_loss_at = '" + end + "'.";
    }
}
