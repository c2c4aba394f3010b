package dev.seawall.walwriter.standby;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.WatchedRole;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.Following;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// A standby's log with what brings it, from where the settings say, until it is promoted or closed.
public final class Standby implements AutoCloseable {

    private final StandbyLog log;
    private final StandbyFeed feed;
    private final FeedStatus status;
    private final World.Running feeding;
    private final World.Running syncing;

    /// How often what is done.
    ///
    /// @param retry    `wal_retrieve_retry_interval`
    /// @param interval `wal_receiver_status_interval`
    public record Pace(Supplier<Duration> retry, Supplier<Duration> interval) {}

    private Standby(StandbyLog log, StandbyFeed feed, FeedStatus status, Pace pace, World world) {
        this.log = log;
        this.feed = feed;
        this.status = status;
        this.syncing = world.start(new FeedSync(log, feed, status, pace.interval(), world));
        feed.onTaken(syncing::wake);
        this.feeding = world.start(new WatchedRole(feed, log::fail));
    }

    /// Begins to receive.
    ///
    /// @param directory  the cluster's
    /// @param sources    in the order to ask them
    /// @param applied    how far redo is
    /// @param onTimeline called when the log goes on on another timeline
    /// @param world      for threads that wait for a server
    public static Standby start(StandbyLog log, Disk disk, Path directory, List<FeedSource> sources, Pace pace,
            Supplier<Lsn> applied, Runnable onTimeline, World world) {
        FeedStatus status = new FeedStatus(log, applied, world);
        StandbyFeed feed = new StandbyFeed(log, sources, new HistoryStore(disk, directory, log.layout()), world,
                pace.retry(), status, onTimeline);
        return new Standby(log, feed, status, pace, world);
    }

    public StandbyLog log() {
        return log;
    }

    public Following.Receiving receiving() {
        return status.receiving();
    }

    /// Leaves the server that is followed, and asks the sources anew.
    public void reconnect() {
        feed.reconnect();
    }

    /// Receives no more: what was received is durable up to [StandbyLog#flushLsn].
    public void stop() {
        feed.close();
        feeding.close();
        syncing.close();
    }

    /// Receives no more, and makes a primary's log of it.
    ///
    /// @throws IllegalStateException if it has not all that it needs for that; it goes on then
    public StartedLog promote(Promotion promotion) throws IOException {
        promotion.check(log);
        stop();
        return promotion.run(log);
    }

    @Override
    public void close() throws IOException {
        stop();
        log.close();
    }
}
