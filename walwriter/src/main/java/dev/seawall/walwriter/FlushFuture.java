package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A future that stands in the line of those who wait, by itself: nothing else is allocated for it.
final class FlushFuture extends CompletableFuture<Lsn> {

    private final Lsn lsn;
    @Nullable FlushFuture next;

    FlushFuture(long lsn) {
        this.lsn = new Lsn(lsn);
    }

    long lsn() {
        return lsn.value();
    }

    void durable() {
        complete(lsn);
    }
}
