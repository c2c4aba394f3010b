package dev.seawall.walwriter.standby;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.received.StandbyLog;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/// Beside the receiver, makes durable what it has taken, and tells the server that is followed how far that
/// is; and how far redo is, for which a commit there may wait.
///
/// While it syncs, the next batch gathers: as much as comes meanwhile.
final class FeedSync implements Role {

    private static final Duration WHILE_REDOING = Duration.ofMillis(5);
    private static final Duration IDLE = Duration.ofMillis(200);

    private final StandbyLog log;
    private final StandbyFeed feed;
    private final FeedStatus status;
    private final Supplier<Duration> interval;
    private final World world;

    /// @param interval `wal_receiver_status_interval`; zero: only news
    FeedSync(StandbyLog log, StandbyFeed feed, FeedStatus status, Supplier<Duration> interval, World world) {
        this.log = log;
        this.feed = feed;
        this.status = status;
        this.interval = interval;
        this.world = world;
    }

    @Override
    public String name() {
        return "wal-receiver-sync";
    }

    @Override
    public boolean hasWork() {
        return log.isUnsynced() || isReplyDue();
    }

    private boolean isReplyDue() {
        if (feed.stream() == null) {
            return false;
        }
        Duration every = interval.get();
        return status.isNews() || !every.isZero() && world.nanoTime() - status.toldAt() >= every.toNanos();
    }

    @Override
    public Duration nap() {
        return feed.stream() == null || status.isQuiet() ? IDLE : WHILE_REDOING;
    }

    @Override
    public void step() throws IOException {
        if (log.isUnsynced()) {
            log.sync();
        }
        Upstream.Stream to = feed.stream();
        if (to == null || !isReplyDue()) {
            return;
        }
        try {
            status.reply(to);
        } catch (IOException | IllegalStateException e) {
            // Who receives finds out.
        }
    }

    @Override
    public void failed(Throwable cause) {
        feed.failed(cause);
    }
}
