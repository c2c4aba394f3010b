package dev.seawall.walwriter.segments;

import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.util.Set;

/// PostgreSQL's `wal_sync_method`: what makes durable what was written.
public enum SyncMethod {

    /// A call of fdatasync after the write: the content, and what is needed to find it.
    FDATASYNC(Set.of()),

    /// A call of fsync after the write: also the time of the last change, which a journal pays for.
    FSYNC(Set.of()),

    /// O_DSYNC: a write is durable when it returns, as by fdatasync.
    OPEN_DATASYNC(Set.of(Open.DATA_SYNC)),

    /// O_SYNC: a write is durable when it returns, as by fsync.
    OPEN_SYNC(Set.of(Open.SYNC));

    private final Set<Open> how;

    SyncMethod(Set<Open> how) {
        this.how = how;
    }

    Set<Open> how() {
        return how;
    }

    /// Whether there is nothing left to do after the write.
    boolean isDurableOnWrite() {
        return !how.isEmpty();
    }

    /// What is left to do after writes.
    void sync(DiskFile file) throws IOException {
        switch (this) {
            case FDATASYNC -> file.syncData();
            case FSYNC -> file.sync();
            case OPEN_DATASYNC, OPEN_SYNC -> { }
        }
    }
}
