package dev.seawall.walwriter.standby;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/// Tells the server that is followed how far redo is, while the receiver waits for more log: a commit there
/// may wait for it.
final class FeedReplies implements Role {

    private static final Duration WHILE_REDOING = Duration.ofMillis(5);
    private static final Duration IDLE = Duration.ofMillis(200);

    private final StandbyFeed feed;
    private final FeedStatus status;
    private final Supplier<Duration> interval;
    private final World world;

    /// @param interval `wal_receiver_status_interval`; zero: only news
    FeedReplies(StandbyFeed feed, FeedStatus status, Supplier<Duration> interval, World world) {
        this.feed = feed;
        this.status = status;
        this.interval = interval;
        this.world = world;
    }

    @Override
    public String name() {
        return "wal-receiver-replies";
    }

    @Override
    public boolean hasWork() {
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
    public void step() {
        Upstream.Stream to = feed.stream();
        if (to == null || !hasWork()) {
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
