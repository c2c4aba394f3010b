package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A future that stands in the line of those who wait, by itself: nothing else is allocated for it.
final class FlushFuture extends CompletableFuture<Lsn> implements WaitLine.Waiting<FlushFuture> {

    private final Lsn lsn;
    private @Nullable FlushFuture next;

    FlushFuture(long lsn) {
        this.lsn = new Lsn(lsn);
    }

    @Override
    public long lsn() {
        return lsn.value();
    }

    @Override
    public @Nullable FlushFuture next() {
        return next;
    }

    @Override
    public void next(@Nullable FlushFuture follower) {
        next = follower;
    }

    void durable() {
        complete(lsn);
    }
}
