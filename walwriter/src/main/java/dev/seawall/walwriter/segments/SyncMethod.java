package dev.seawall.walwriter.segments;

import dev.seawall.wal.disk.Disk.Open;
import java.util.Set;

/// How the log reaches the disk: PostgreSQL's `wal_sync_method`.
public enum SyncMethod {

    /// Through the page cache, then fdatasync.
    FDATASYNC(Set.of()),

    /// O_DIRECT and O_DSYNC: a write is durable when it returns, and the page cache is left alone.
    OPEN_DATASYNC(Set.of(Open.DIRECT, Open.DATA_SYNC));

    private final Set<Open> how;

    SyncMethod(Set<Open> how) {
        this.how = how;
    }

    Set<Open> how() {
        return how;
    }

    boolean isDurableOnWrite() {
        return this == OPEN_DATASYNC;
    }
}
