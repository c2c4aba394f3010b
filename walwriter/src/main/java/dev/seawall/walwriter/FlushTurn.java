package dev.seawall.walwriter;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whose turn it is to flush: the flusher's thread, or a committer's that finds nobody at it.
///
/// One at a time, and one flush a turn of a committer's: what came meanwhile is the flusher's, so that no
/// committer works for the others while they come and come.
final class FlushTurn implements Role {

    private final WalFlusher flusher;
    private final Consumer<Throwable> onFailure;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private volatile World.@Nullable Running running;

    FlushTurn(WalFlusher flusher, Consumer<Throwable> onFailure) {
        this.flusher = flusher;
        this.onFailure = onFailure;
    }

    void running(World.Running started) {
        running = started;
    }

    /// Flushes once in the caller's thread what there is, unless somebody is at it. Whatever goes wrong is
    /// told as the flusher's own failure would be.
    void carry() {
        if (isTaken.get() || !isTaken.compareAndSet(false, true)) {
            return;
        }
        try {
            flusher.flush();
        } catch (Exception e) {
            onFailure.accept(e);
        } catch (Throwable t) {
            onFailure.accept(t);
            throw t;
        } finally {
            isTaken.set(false);
        }
        if (hasWork()) {
            wake();
        }
    }

    /// Has the flusher look for work. Needless while somebody has the turn: he looks when he gives it back.
    void wake() {
        World.Running started = running;
        if (started != null && !isTaken.get()) {
            started.wake();
        }
    }

    @Override
    public String name() {
        return "wal-flusher";
    }

    @Override
    public boolean hasWork() {
        return !isTaken.get() && flusher.hasWork();
    }

    @Override
    public void step() throws Exception {
        if (!isTaken.compareAndSet(false, true)) {
            return;
        }
        try {
            flusher.flush();
        } finally {
            isTaken.set(false);
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
