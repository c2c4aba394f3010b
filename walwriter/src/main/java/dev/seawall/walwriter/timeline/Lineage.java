package dev.seawall.walwriter.timeline;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineHistory.Branch;
import dev.seawall.wal.TimelineId;

/// How a server's own log lies to another server's: whether it may follow, and if not, where the two
/// went apart. The one place that judges it, for whoever follows a stream and for a rewind.
///
/// Two logs are one up to the first promotion that is not in both histories. A promotion is told by
/// its timeline's number, the place where the parent was left, and the text that the history file
/// gives as reason: a number that was given twice is two timelines. What histories cannot show, that
/// both wrote on the same timeline, [JoinCheck] sees in the bytes.
///
/// Nothing is ever merged: what is not [Follow] is refused, and mended by an operator's word alone.
public sealed interface Lineage {

    /// A server and its log.
    ///
    /// @param history of its newest timeline
    /// @param end     own log: end of the last valid record; of another server: what it has durably
    record Side(long systemId, TimelineHistory history, Lsn end) {}

    /// All of the own log is in the other's: the stream may go on.
    ///
    /// @param from     the own end
    /// @param timeline the other's that holds the byte at `from`
    record Follow(Lsn from, TimelineId timeline) implements Lineage {}

    /// The other has not, or not yet, what is here: it is a standby that lags, or the old primary come
    /// back. There is nothing to follow, and nothing to give up.
    ///
    /// @param end      up to where the other has the own log
    /// @param timeline the other's newest
    record Behind(Lsn end, TimelineId timeline) implements Lineage {}

    /// Each has log that the other has not.
    ///
    /// @param at       up to there they are one
    /// @param timeline the last one that is in both
    /// @param own      this server
    /// @param other    the other one
    record Diverged(Lsn at, TimelineId timeline, Side own, Side other) implements Lineage {}

    /// No log of the same cluster.
    record Foreign(String reason) implements Lineage {}

    static Lineage judge(Side own, Side other) {
        if (own.systemId() != other.systemId()) {
            return new Foreign("the other server's system identifier is "
                    + Long.toUnsignedString(other.systemId()) + ", this one's is "
                    + Long.toUnsignedString(own.systemId()));
        }
        int common = timelinesInCommon(own.history(), other.history());
        if (common == 0) {
            return new Foreign("timelines " + own.history().timeline() + " and " + other.history().timeline()
                    + " have no common ancestor");
        }
        TimelineId shared = timeline(own.history(), common - 1);
        Lsn ownLeft = leftAt(own.history(), common - 1);
        Lsn otherLeft = leftAt(other.history(), common - 1);
        Lsn ownShared = Lsn.min(own.end(), ownLeft);
        Lsn otherShared = Lsn.min(other.end(), otherLeft);
        if (ownLeft.equals(Lsn.MAX) && !ownShared.isAfter(otherShared)) {
            return new Follow(own.end(), other.history().timelineAt(own.end()));
        }
        if (otherLeft.equals(Lsn.MAX) && !otherShared.isAfter(ownShared)) {
            return new Behind(otherShared, other.history().timeline());
        }
        return new Diverged(Lsn.min(ownShared, otherShared), shared, own, other);
    }

    /// How many timelines, from the first on, are the same in both.
    private static int timelinesInCommon(TimelineHistory a, TimelineHistory b) {
        int count = 0;
        while (count <= Math.min(a.branches().size(), b.branches().size())
                && timeline(a, count).equals(timeline(b, count))
                && (count == 0 || isSame(a.branches().get(count - 1), b.branches().get(count - 1)))) {
            count++;
        }
        return count;
    }

    private static boolean isSame(Branch a, Branch b) {
        return a.switchPoint().equals(b.switchPoint()) && a.reason().strip().equals(b.reason().strip());
    }

    private static TimelineId timeline(TimelineHistory history, int index) {
        return index == history.branches().size() ? history.timeline() : history.branches().get(index).parent();
    }

    private static Lsn leftAt(TimelineHistory history, int index) {
        return index == history.branches().size() ? Lsn.MAX : history.branches().get(index).switchPoint();
    }

    /// For an operator: what is the matter, and what to do about it.
    default String describe() {
        return switch (this) {
            case Follow(Lsn from, TimelineId timeline) ->
                    "the log can be followed from " + from + " on timeline " + timeline;
            case Behind(Lsn end, TimelineId timeline) ->
                    "the other server, on timeline " + timeline + ", has this log only up to " + end
                            + "\nHINT: If it is the old primary, rewind it and let it follow this server; if it is a"
                            + " standby, it will come.";
            case Diverged diverged -> text(diverged);
            case Foreign(String reason) -> reason + "\nHINT: It is another cluster's server; check primary_conninfo.";
        };
    }

    /// In the words of pg_rewind and of a standby that must not follow.
    private static String text(Diverged diverged) {
        Side own = diverged.own();
        return "servers diverged at WAL location " + diverged.at() + " on timeline " + diverged.timeline()
                + ": this one has timeline " + own.history().timeline() + " up to " + own.end()
                + ", the other timeline " + diverged.other().history().timeline() + " up to "
                + diverged.other().end()
                + "\nHINT: Decide which of them goes on. The other one must give up what it has beyond "
                + diverged.at() + ": stop it and run \"walctl rewind\" there.";
    }
}
