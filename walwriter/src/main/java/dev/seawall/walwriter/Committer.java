package dev.seawall.walwriter;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A thread that waits until its commit is durable.
final class Committer implements BooleanSupplier, WaitLine.Waiting<Committer> {

    final Thread thread = Thread.currentThread();
    final boolean isVirtual = thread.isVirtual();
    long lsn;
    volatile boolean isDone;
    private @Nullable Committer next;

    @Override
    public boolean getAsBoolean() {
        return isDone;
    }

    @Override
    public long lsn() {
        return lsn;
    }

    @Override
    public @Nullable Committer next() {
        return next;
    }

    @Override
    public void next(@Nullable Committer follower) {
        next = follower;
    }
}
