package dev.seawall.checkpointer;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.CheckpointReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Who asked for a checkpoint and waits for it. Thread-safe.
///
/// A request is served by a checkpoint that begins after it: one under way has listed its dirty
/// pages already.
final class CheckpointRequests {

    private List<CompletableFuture<CheckpointReport>> waiting = new ArrayList<>();
    private boolean isImmediate;
    private @Nullable Lsn shutdownAt;
    private @Nullable Throwable failure;

    /// A checkpoint, written without pauses or spread.
    synchronized CompletableFuture<CheckpointReport> add(boolean isToHurry) {
        isImmediate |= isToHurry;
        return waiter();
    }

    /// Whoever waits does not want pauses.
    synchronized void hurry() {
        isImmediate |= !waiting.isEmpty();
    }

    /// The last one: it begins when redo has reached `end`.
    synchronized CompletableFuture<CheckpointReport> addShutdown(Lsn end) {
        isImmediate = true;
        shutdownAt = end;
        return waiter();
    }

    /// There is no shutdown any more.
    synchronized void resume() {
        shutdownAt = null;
    }

    private CompletableFuture<CheckpointReport> waiter() {
        CompletableFuture<CheckpointReport> waiter = new CompletableFuture<>();
        if (failure != null) {
            waiter.completeExceptionally(failure);
        } else {
            waiting.add(waiter);
        }
        return waiter;
    }

    synchronized boolean isAny() {
        return !waiting.isEmpty();
    }

    /// Whether somebody waits who does not want pauses.
    synchronized boolean isImmediate() {
        return isImmediate;
    }

    /// The end of the log that is to be confirmed; null unless shutting down.
    synchronized @Nullable Lsn shutdownAt() {
        return shutdownAt;
    }

    /// Those that a checkpoint beginning now serves.
    synchronized List<CompletableFuture<CheckpointReport>> take() {
        List<CompletableFuture<CheckpointReport>> taken = waiting;
        waiting = new ArrayList<>();
        isImmediate = false;
        return taken;
    }

    /// Tells everyone who waits, and everyone who ever will.
    void fail(Throwable cause) {
        List<CompletableFuture<CheckpointReport>> told;
        synchronized (this) {
            failure = new IOException("the checkpointer has failed: " + cause.getMessage(), cause);
            told = take();
        }
        told.forEach(waiter -> waiter.completeExceptionally(cause));
    }
}
