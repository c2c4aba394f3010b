package dev.seawall.checkpointer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Whether engines may write their files, which are copied as they are: not while anybody does. Checkpoints
/// leave the engines out then, and the redo point stays where it was: no later than the copy's, from which on
/// the log is kept anyway. Thread-safe.
final class EngineFiles {

    // Guarded by this, all three.
    private boolean isWritten;
    private int copies;
    private List<CompletableFuture<Void>> waiting = new ArrayList<>();

    /// Engines are about to write, until [#written].
    ///
    /// @return false if their files are being copied
    synchronized boolean beginWriting() {
        isWritten = copies == 0;
        return isWritten;
    }

    void written() {
        List<CompletableFuture<Void>> told;
        synchronized (this) {
            isWritten = false;
            told = waiting;
            copies += told.size();
            waiting = new ArrayList<>();
        }
        told.forEach(waiter -> waiter.complete(null));
    }

    /// Holds the files for one more who copies them, until [#release].
    ///
    /// @return completes when nobody writes them any more
    synchronized CompletableFuture<Void> hold() {
        if (isWritten) {
            CompletableFuture<Void> waiter = new CompletableFuture<>();
            waiting.add(waiter);
            return waiter;
        }
        copies++;
        return CompletableFuture.completedFuture(null);
    }

    synchronized void release() {
        copies = Math.max(0, copies - 1);
    }

    synchronized boolean isHeld() {
        return copies > 0;
    }

    /// Ends it for all who copy: what they have is void.
    void end() {
        List<CompletableFuture<Void>> told;
        synchronized (this) {
            copies = 0;
            told = waiting;
            waiting = new ArrayList<>();
        }
        told.forEach(waiter -> waiter.completeExceptionally(ended()));
    }

    static IllegalStateException ended() {
        return new IllegalStateException("engines' files were not held until now: the cluster was stopped, or the"
                + " walwriter restarted");
    }
}
