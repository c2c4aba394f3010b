package dev.seawall.archiver.process;

import dev.seawall.archiver.ArchiverStatistics;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the walwriter once a second what the archiver did: for pg_stat_archiver, and as a sign of life.
final class ActivityReport implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(ActivityReport.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final World world;
    private final Supplier<@Nullable Link> link;
    private final Supplier<ArchiverStatistics> statistics;
    private final Instant since;
    private volatile long nextNanos;

    ActivityReport(World world, Supplier<@Nullable Link> link, Supplier<ArchiverStatistics> statistics) {
        this.world = world;
        this.link = link;
        this.statistics = statistics;
        this.since = world.now();
        this.nextNanos = world.nanoTime();
    }

    @Override
    public String name() {
        return "archiver-report";
    }

    @Override
    public boolean hasWork() {
        return link.get() != null && world.nanoTime() - nextNanos >= 0;
    }

    @Override
    public Duration nap() {
        return EVERY;
    }

    @Override
    public void step() {
        Link connected = link.get();
        if (connected == null || world.nanoTime() - nextNanos < 0) {
            return;
        }
        nextNanos = world.nanoTime() + EVERY.toNanos();
        try {
            connected.tell(new LinkMessage.ArchiverTold(statistics.get().activity(since)));
        } catch (IOException e) {
            // The link's reader finds out, too, and says so.
        }
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error("archiver's report ended", cause);
    }
}
