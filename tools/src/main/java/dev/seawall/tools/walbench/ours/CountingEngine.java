package dev.seawall.tools.walbench.ours;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Redoes what the benchmark logs by counting it: the least an engine can do, so that what is measured is ours.
final class CountingEngine implements ResourceManager {

    private final AtomicLong count = new AtomicLong();
    private volatile Lsn applied = Lsn.INVALID;

    long count() {
        return count.get();
    }

    @Override
    public String name() {
        return WalEngine.PREFIX;
    }

    @Override
    public void open(Disk disk, Path home, World world) {
        // Nothing is kept.
    }

    @Override
    public void redo(CommittedTransaction transaction, Lsn commitLsn) {
        count.incrementAndGet();
        applied = commitLsn;
    }

    @Override
    public Lsn checkpoint() {
        return Lsn.MAX;
    }

    @Override
    public Lsn applied() {
        return applied;
    }

    @Override
    public void awaitApplied(Lsn lsn) throws IOException {
        throw new IOException("nobody reads what the benchmark logs");
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
