package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import org.jspecify.annotations.Nullable;

/// Which part of the log was asked for.
///
/// @param end  where the timeline was left; [Lsn#MAX] for the current one
/// @param next which timeline goes on there; null for the current one
record WalStream(Lsn from, TimelineId timeline, Lsn end, @Nullable TimelineId next) {

    /// @throws SqlException if there is no such part
    static WalStream of(ReplicationCommand.Start start, DurableLog log) {
        TimelineHistory history = log.history();
        TimelineId timeline = start.timeline() == null ? history.timeline() : start.timeline();
        Lsn end = history.switchPointOf(timeline);
        if (!end.isValid()) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                    "requested timeline " + timeline + " is not in this server's history");
        }
        if (start.from().isAfter(end)) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "requested starting point " + start.from()
                    + " on timeline " + timeline + " is not in this server's history")
                    .withDetail("This server's history forked from timeline " + timeline + " at " + end + ".");
        }
        Lsn flushed = log.flushLsn();
        if (start.from().isAfter(flushed)) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "requested starting point " + start.from()
                    + " is ahead of the WAL flush position of this server " + flushed);
        }
        return new WalStream(start.from(), timeline, end, nextOf(timeline, history));
    }

    /// The same part, when the log has gone on on another timeline.
    WalStream in(TimelineHistory now) {
        return new WalStream(from, timeline, now.switchPointOf(timeline), nextOf(timeline, now));
    }

    private static @Nullable TimelineId nextOf(TimelineId timeline, TimelineHistory history) {
        if (timeline.equals(history.timeline())) {
            return null;
        }
        for (TimelineHistory.Branch branch : history.branches()) {
            if (branch.parent().isAfter(timeline)) {
                return branch.parent();
            }
        }
        return history.timeline();
    }
}
