package dev.seawall.walwriter.process;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.link.LinkOrigin;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.standby.Standby;
import dev.seawall.walwriter.standby.StandbySignal;
import dev.seawall.walwriter.start.FoundLog;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.UnattachedEnd;
import java.io.IOException;
import java.nio.file.Path;

/// The walwriter's log in one of its two lives: as a primary's, or as a standby's.
///
/// @param origin what it was opened with, for those who follow it
/// @param log    its readers' view; a [Wal] or a [StandbyLog], closed by [#close]
record OpenedLog(LinkOrigin origin, DurableLog log) implements AutoCloseable {

    /// Opens what the directory holds: a `standby.signal` says which.
    static OpenedLog open(WalServer.Place place, World world, WalOptions options,
            Lsn acceptLossAt) throws IOException {
        Path directory = place.directory();
        if (StandbySignal.isThere(place.disk(), directory)) {
            FoundLog found = LogStart.follow(place.disk(), directory);
            LinkOrigin origin = origin(place.disk(), found.log());
            return new OpenedLog(origin, StandbyLog.open(found, options, place.disk(), world));
        }
        return primary(LogStart.start(place.disk(), directory, acceptLossAt), place.disk(), world, options);
    }

    /// Opens a log that takes appends.
    static OpenedLog primary(StartedLog started, Disk disk, World world, WalOptions options)
            throws IOException {
        LinkOrigin origin = origin(disk, started);
        return new OpenedLog(origin, Wal.open(started, options, disk, world));
    }

    private static LinkOrigin origin(Disk disk, StartedLog started) throws IOException {
        try {
            return LinkOrigin.of(started, UnattachedEnd.keep(disk, started));
        } catch (Throwable t) {
            started.close();
            throw t;
        }
    }

    void options(WalOptions changed) {
        if (log instanceof Wal wal) {
            wal.options(changed);
        } else if (log instanceof StandbyLog standby) {
            standby.options(changed);
        }
    }

    @Override
    public void close() throws IOException {
        if (log instanceof Wal wal) {
            wal.close();
        } else if (log instanceof StandbyLog standby) {
            standby.close();
        }
    }
}
