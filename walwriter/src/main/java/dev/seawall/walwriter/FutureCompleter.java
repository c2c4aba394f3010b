package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Completes commit futures in a thread of its own: what depends on them must not hold up the
/// flusher.
final class FutureCompleter implements Role {

    private record Completion(CompletableFuture<Lsn> future, long lsn, @Nullable WalFailedException failure) {

        void run() {
            if (failure != null) {
                future.completeExceptionally(failure);
            } else {
                future.complete(new Lsn(lsn));
            }
        }
    }

    private final ConcurrentLinkedQueue<Completion> completions = new ConcurrentLinkedQueue<>();
    private volatile World.@Nullable Running running;

    void running(World.Running started) {
        running = started;
    }

    void add(CompletableFuture<Lsn> future, long lsn, @Nullable WalFailedException failure) {
        completions.add(new Completion(future, lsn, failure));
    }

    /// Begins to complete what was added.
    void flush() {
        World.Running started = running;
        if (started != null && !completions.isEmpty()) {
            started.wake();
        }
    }

    @Override
    public String name() {
        return "wal-completer";
    }

    @Override
    public boolean hasWork() {
        return !completions.isEmpty();
    }

    @Override
    public void step() {
        for (Completion next = completions.poll(); next != null; next = completions.poll()) {
            next.run();
        }
    }

    @Override
    public Duration nap() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void failed(Throwable cause) {
        throw new AssertionError("completing a future cannot fail", cause);
    }
}
