package dev.seawall.embedded;

import dev.seawall.recovery.redo.Redo;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/// Redo beside commits: in batches, so that not every flush of the log wakes one more thread on the
/// processors that the committers need.
///
/// It goes on at once when somebody waits for it or when it is a batch behind, else after a pause that
/// nobody notices who does not wait.
final class RedoPace implements Role {

    private static final long PAUSE_NANOS = 5_000_000;
    private static final long BATCH_BYTES = 256 << 10;
    /// The last commit before a silence is redone after this.
    private static final Duration NAP = Duration.ofMillis(20);

    private final Redo redo;
    private final Supplier<Lsn> durable;
    private final World world;
    private volatile long caughtUpAt;

    RedoPace(Redo redo, Supplier<Lsn> durable, World world) {
        this.redo = redo;
        this.durable = durable;
        this.world = world;
        this.caughtUpAt = world.nanoTime() - PAUSE_NANOS;
    }

    @Override
    public String name() {
        return redo.name();
    }

    @Override
    public boolean hasWork() {
        return redo.hasWork() && (world.nanoTime() - caughtUpAt >= PAUSE_NANOS || redo.isAwaited()
                || durable.get().minus(redo.applied()) >= BATCH_BYTES);
    }

    @Override
    public void step() throws IOException {
        redo.step();
        if (!redo.hasWork()) {
            caughtUpAt = world.nanoTime();
        }
    }

    @Override
    public Duration nap() {
        return NAP;
    }

    @Override
    public void failed(Throwable cause) {
        redo.failed(cause);
    }
}
