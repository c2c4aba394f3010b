package dev.seawall.walwriter.server;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks a few times a second whose time has come: logins, idle transactions, clients that do not read.
final class Deadlines implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
    private static final Duration NAP = Duration.ofMillis(200);

    private final Backends backends;
    private final World world;
    private volatile long nextNanos;

    Deadlines(Backends backends, World world) {
        this.backends = backends;
        this.world = world;
        this.nextNanos = world.nanoTime();
    }

    @Override
    public String name() {
        return "server-deadlines";
    }

    @Override
    public boolean hasWork() {
        return world.nanoTime() - nextNanos >= 0;
    }

    @Override
    public void step() {
        long now = world.nanoTime();
        nextNanos = now + NAP.toNanos();
        for (Connection connection : backends.all()) {
            connection.checkDeadline(now);
        }
    }

    @Override
    public Duration nap() {
        return NAP;
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error("nobody looks for clients' deadlines any more", cause);
    }
}
