package dev.seawall.walwriter;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whose turn it is to flush: the flusher's thread, or a committer's that finds nobody at it.
///
/// One at a time, and one flush a turn of a committer's: what came meanwhile is the flusher's, so that no
/// committer works for the others while they come and come.
final class FlushTurn implements Role {

    private static final long END_LOOK_NANOS = 1_000_000;
    /// Platform threads; it takes 5 to 10 microseconds to wake one.
    private static final int MANY = 48;

    private final WalFlusher flusher;
    private final World world;
    private final Consumer<Throwable> onFailure;
    /// Who flushes now; null: nobody.
    private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();
    private volatile World.@Nullable Running running;

    FlushTurn(WalFlusher flusher, World world, Consumer<Throwable> onFailure) {
        this.flusher = flusher;
        this.world = world;
        this.onFailure = onFailure;
    }

    void running(World.Running started) {
        running = started;
    }

    /// Flushes once in the caller's thread what there is, unless somebody is at it. Whatever goes wrong is
    /// told as the flusher's own failure would be.
    void carry() {
        if (isTaken() || !take()) {
            return;
        }
        Released released = null;
        try {
            released = wakeFew(flusher.flush());
        } catch (Exception e) {
            onFailure.accept(e);
        } catch (Throwable t) {
            onFailure.accept(t);
            throw t;
        } finally {
            holder.set(null);
        }
        if (hasWork()) {
            wake();
        }
        if (released != null) {
            released.wake();
        }
    }

    /// Those whom a flush released are woken before the turn is given back, so that they are all of the next
    /// flush; many, to wake whom takes longer than that, are woken while it is under way.
    ///
    /// @return whom to wake then
    private @Nullable Released wakeFew(@Nullable Released released) {
        if (released != null && released.count() - released.virtualCount() < MANY) {
            released.wake();
            return null;
        }
        return released;
    }

    /// Nobody flushes any more when this returns: waits for a committer that does, and keeps the turn. Unless
    /// it is this thread that flushes: one that is told of its failure may close everything.
    void end() {
        while (holder.get() != Thread.currentThread() && !take()) {
            world.park(() -> !isTaken(), END_LOOK_NANOS);
        }
    }

    private boolean isTaken() {
        return holder.get() != null;
    }

    private boolean take() {
        return holder.compareAndSet(null, Thread.currentThread());
    }

    /// Has the flusher look for work. Needless while somebody has the turn: he looks when he gives it back.
    void wake() {
        World.Running started = running;
        if (started != null && !isTaken()) {
            started.wake();
        }
    }

    @Override
    public String name() {
        return "wal-flusher";
    }

    @Override
    public boolean hasWork() {
        return !isTaken() && flusher.hasWork();
    }

    @Override
    public void step() throws Exception {
        if (!take()) {
            return;
        }
        Released released;
        try {
            flusher.gather();
            released = wakeFew(flusher.flush());
        } finally {
            holder.set(null);
        }
        if (released != null) {
            released.wake();
        }
    }

    @Override
    public Duration nap() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void failed(Throwable cause) {
        onFailure.accept(cause);
    }
}
