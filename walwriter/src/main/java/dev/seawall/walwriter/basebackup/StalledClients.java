package dev.seawall.walwriter.basebackup;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.session.ReplicationConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Cuts off clients that do not take what is sent to them.
final class StalledClients implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(StalledClients.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final World world;
    private final Supplier<Duration> timeout;
    private final Consumer<Throwable> onFailure;
    private final Map<ReplicationConnection, Seen> clients = new ConcurrentHashMap<>();
    private volatile long next;

    /// A write under way, and since when it has been the same.
    private record Seen(long write, long sinceNanos) {}

    StalledClients(World world, Supplier<Duration> timeout, Consumer<Throwable> onFailure) {
        this.world = world;
        this.timeout = timeout;
        this.onFailure = onFailure;
        this.next = world.nanoTime();
    }

    void watch(ReplicationConnection client) {
        clients.put(client, new Seen(0, world.nanoTime()));
    }

    void forget(ReplicationConnection client) {
        clients.remove(client);
    }

    @Override
    public String name() {
        return "base-backups";
    }

    @Override
    public boolean hasWork() {
        return world.nanoTime() - next >= 0 && !clients.isEmpty();
    }

    @Override
    public void step() {
        long now = world.nanoTime();
        next = now + INTERVAL.toNanos();
        Duration limit = timeout.get();
        clients.forEach((client, seen) -> {
            long write = client.out().writeUnderWay();
            if (write == 0 || write != seen.write()) {
                clients.replace(client, seen, new Seen(write, now));
            } else if (!limit.isZero() && now - seen.sinceNanos() >= limit.toNanos()
                    && clients.remove(client, seen)) {
                LOG.warn("terminated a base backup, its client takes nothing pid={} timeout={} s", client.pid(),
                        limit.toSeconds());
                client.cutOff();
            }
        });
    }

    @Override
    public Duration nap() {
        return INTERVAL;
    }

    @Override
    public void failed(Throwable cause) {
        onFailure.accept(cause);
    }
}
