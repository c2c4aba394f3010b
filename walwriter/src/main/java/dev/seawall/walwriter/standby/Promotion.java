package dev.seawall.walwriter.standby;

import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.HistoryFiles;
import dev.seawall.walwriter.timeline.TimelineSwitch;
import java.io.IOException;
import java.nio.file.Path;

/// A standby becomes a primary: its log goes on, on a timeline of its own, at the end of the last whole
/// record that it has.
///
/// @param archive     knows the timelines that there are besides those in `pg_wal`
/// @param claims      where the new timeline is claimed
/// @param isArchiving whether it archives from now on
public record Promotion(Disk disk, World world, SegmentSource archive, TimelineClaims claims, boolean isArchiving) {

    /// Whether it can be done now.
    ///
    /// @throws IllegalStateException if the copy that the standby was made from is not of one moment yet, it has
    ///         no log, or the archive, where timelines are claimed, cannot be asked
    public void check(StandbyLog log) {
        if (!log.isConsistent()) {
            throw new IllegalStateException("the standby is not consistent yet: it has log up to " + log.flushLsn()
                    + " and needs it up to " + log.consistentAt()
                    + "\nHINT: Let it receive more, or restore from the archive.");
        }
        Path look = ClusterLayout.wal(log.directory()).resolve(WalDirectory.TEMPORARY_PREFIX + "promotion");
        String next = TimelineHistory.fileName(log.history().timeline().next());
        if (archive.fetch(next, look) instanceof SegmentSource.Fetched.Unknown(String reason)) {
            throw new IllegalStateException("the archive cannot be asked for \"" + next + "\": " + reason
                    + "\nHINT: A timeline is claimed there; mend it, or take it out of seawall.conf and restart.");
        }
    }

    /// Ends the following, and claims a timeline. Nothing may be received any more.
    ///
    /// @return a log to be opened on it; `standby.signal` is gone. After an exception nobody may write this log:
    ///         the next start finds a standby, or what it became
    public StartedLog run(StandbyLog log) throws IOException {
        check(log);
        StandbyLog.Left left = log.leave();
        StartedLog started = left.started();
        try {
            WalDirectory wal = new WalDirectory(disk, started.walDirectory(), started.layout());
            StartedLog next = TimelineSwitch.promote(new TimelineSwitch.Recovered(disk, started.directory(),
                            started.lock(), started.control(), left.history(), left.scan(), isArchiving),
                    "promoted at " + world.now(), new HistoryFiles(disk, wal, archive), claims, world.now());
            removeSignal(started.directory());
            return next;
        } catch (Throwable t) {
            started.close();
            throw t;
        }
    }

    private void removeSignal(Path directory) throws IOException {
        for (String name : StandbySignal.ALL) {
            if (disk.exists(directory.resolve(name))) {
                disk.delete(directory.resolve(name));
            }
        }
        disk.syncDirectory(directory);
    }
}
