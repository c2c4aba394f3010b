package dev.seawall.checkpointer;

import dev.seawall.checkpointer.pages.PageStore;
import dev.seawall.walwriter.CheckpointReport;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Whether data files are left as they are for those who copy them: all who do at the same time share
/// one hold, and so one checkpoint. Thread-safe.
///
/// ```
/// FREE --first request--> WANTED --begin of a checkpoint--> BEGUN --its end--> HELD
///   ^----------------------------last release----------------------------------'
/// ```
public final class FileHold {

    private enum State { FREE, WANTED, BEGUN, HELD }

    private final PageStore pages;
    private final CheckpointRequests requests;
    private final BooleanSupplier isCostly;
    private final Runnable wake;

    // Guarded by this, all three.
    private State state = State.FREE;
    private int shares;
    /// The checkpoint that the hold begins with; null while it is free.
    private @Nullable CompletableFuture<CheckpointReport> checkpoint;

    /// @param isCostly whether a hold keeps more log than anybody may who joins it
    /// @param wake     called when the checkpointer has something to do
    FileHold(PageStore pages, CheckpointRequests requests, BooleanSupplier isCostly, Runnable wake) {
        this.pages = pages;
        this.requests = requests;
        this.isCostly = isCostly;
        this.wake = wake;
    }

    /// Asks for a checkpoint, and that no file under `base/` changes from its end on until [#release]: so a
    /// plain copy is whole. Redo goes on in memory, and waits when that is full; checkpoints that fall due
    /// wait. Only `base/held`, which belongs to no copy, is still written.
    ///
    /// Whoever asks while files are held already shares that hold, from the same redo point; but not for
    /// ever, or there would be no checkpoint any more: no longer than `max_wal_size` of log.
    public CompletableFuture<CheckpointReport> request(boolean isImmediate) {
        if (isHeld() && isCostly.getAsBoolean()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the data files have been held for other"
                    + " backups for more than max_wal_size of log\nHINT: Try again when those have ended: a checkpoint"
                    + " must come first."));
        }
        CompletableFuture<CheckpointReport> beginning;
        synchronized (this) {
            if (checkpoint == null) {
                checkpoint = requests.add(isImmediate);
                state = State.WANTED;
            } else if (isImmediate) {
                requests.hurry();
            }
            beginning = checkpoint;
            shares++;
        }
        wake.run();
        return beginning;
    }

    /// Whether files are held now, so that a share in that can be had at once.
    public synchronized boolean isHeld() {
        return state == State.HELD;
    }

    /// To be called before redo is waited for: it may be waiting for the files' release itself.
    ///
    /// @throws IllegalStateException if there can be no checkpoint now
    public void requireFree() {
        if (isHeld()) {
            throw held();
        }
    }

    static IllegalStateException held() {
        return new IllegalStateException("no checkpoint now: the data files are held for a copy"
                + "\nHINT: End the backup that is under way first.");
    }

    /// A checkpoint begins: at its end the files may be held.
    synchronized void begin() {
        if (state == State.WANTED) {
            state = State.BEGUN;
        }
    }

    /// It has ended: files are held from now on, if they are to be.
    void grant() {
        synchronized (this) {
            if (state != State.BEGUN) {
                return;
            }
            state = State.HELD;
        }
        pages.hold();
        if (!isHeld()) {
            // Released meanwhile, before there was anything to release.
            pages.release();
        }
    }

    /// Ends one share in what [#request] began, or was about to begin.
    ///
    /// @throws IllegalStateException if the files were not held until now: a copy is worth nothing
    public void release() {
        boolean wasHeld;
        boolean isFree;
        synchronized (this) {
            wasHeld = state == State.HELD;
            shares = Math.max(0, shares - 1);
            isFree = shares == 0;
            if (isFree) {
                free();
            }
        }
        if (isFree) {
            freed();
        }
        if (!wasHeld) {
            throw new IllegalStateException("the data files were not held until now"
                    + "\nHINT: Discard the copy; the cluster was stopped, or the checkpointer restarted.");
        }
    }

    /// Ends it for all who share it.
    public void end() {
        free();
        freed();
    }

    private synchronized void free() {
        state = State.FREE;
        shares = 0;
        checkpoint = null;
    }

    private void freed() {
        pages.release();
        wake.run();
    }
}
