package dev.seawall.checkpointer.process;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.link.LinkMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the walwriter asked for that has to wait for redo: a role that does it when redo is there.
///
/// So the link goes on being read meanwhile.
final class Errands implements Role {

    private static final Duration NAP = Duration.ofSeconds(1);

    private final Supplier<Lsn> applied;
    private final World world;
    // Guarded by this, both.
    private final Queue<Errand> waiting = new ArrayDeque<>();
    private @Nullable Throwable failure;
    private volatile World.@Nullable Running running;

    /// What is done when redo has reached a place, and who is told.
    private record Errand(Lsn upTo, Work work, CompletableFuture<LinkMessage.Answer> answer) {}

    @FunctionalInterface
    interface Work {
        /// @return the answer, or when there will be one
        CompletableFuture<LinkMessage.Answer> run() throws Exception;
    }

    /// @param applied how far redo is; [#wake] when that changes
    Errands(Supplier<Lsn> applied, World world) {
        this.applied = applied;
        this.world = world;
    }

    void start() {
        running = world.start(this);
    }

    void wake() {
        World.Running started = running;
        if (started != null && !isIdle()) {
            started.wake();
        }
    }

    private synchronized boolean isIdle() {
        return waiting.isEmpty();
    }

    /// Does it when redo has reached `upTo`. Not in the caller's thread: a page that is read may wait
    /// for files to be released, and it is the caller who hears that.
    CompletableFuture<LinkMessage.Answer> add(Lsn upTo, Work work) {
        Errand errand = new Errand(upTo, work, new CompletableFuture<>());
        synchronized (this) {
            if (failure != null) {
                errand.answer().completeExceptionally(failure);
                return errand.answer();
            }
            waiting.add(errand);
        }
        wake();
        return errand.answer();
    }

    private static void run(Errand errand) {
        try {
            errand.work().run().whenComplete((answer, failure) -> {
                if (failure == null) {
                    errand.answer().complete(answer);
                } else {
                    errand.answer().completeExceptionally(failure);
                }
            });
        } catch (Exception e) {
            errand.answer().completeExceptionally(e);
        }
    }

    /// Drops everything that still waits: who asked is gone.
    void drop() {
        synchronized (this) {
            waiting.forEach(errand -> errand.answer().cancel(false));
            waiting.clear();
        }
    }

    @Override
    public String name() {
        return "errands";
    }

    @Override
    public synchronized boolean hasWork() {
        Lsn now = applied.get();
        return waiting.stream().anyMatch(errand -> now.isAtLeast(errand.upTo()));
    }

    @Override
    public void step() {
        Errand due = take();
        if (due != null) {
            run(due);
        }
    }

    private synchronized @Nullable Errand take() {
        Lsn now = applied.get();
        for (Iterator<Errand> each = waiting.iterator(); each.hasNext();) {
            Errand errand = each.next();
            if (now.isAtLeast(errand.upTo())) {
                each.remove();
                return errand;
            }
        }
        return null;
    }

    @Override
    public Duration nap() {
        return NAP;
    }

    /// Redo will never be there.
    @Override
    public void failed(Throwable cause) {
        synchronized (this) {
            failure = cause;
            waiting.forEach(errand -> errand.answer().completeExceptionally(cause));
            waiting.clear();
        }
    }

    void close() {
        World.Running started = running;
        if (started != null) {
            started.close();
        }
        drop();
    }
}
