package dev.seawall.tools.walreplay;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A resource manager that only counts what it is handed: what recovery would redo.
final class CommittedCount implements ResourceManager {

    private long messages;
    private long messageBytes;
    private long pageRecords;

    long messages() {
        return messages;
    }

    long messageBytes() {
        return messageBytes;
    }

    long pageRecords() {
        return pageRecords;
    }

    @Override
    public String name() {
        return "committed_count";
    }

    @Override
    public void open(Disk disk, Path home, World world) {}

    @Override
    public void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        transaction.forEach(new CommittedTransaction.Visitor() {
            @Override
            public void message(Lsn lsn, String prefix, ByteBuffer content) {
                messages++;
                messageBytes += content.remaining();
            }

            @Override
            public void pages(WalRecord record) {
                pageRecords++;
            }
        });
    }

    @Override
    public Lsn checkpoint() {
        return Lsn.MAX;
    }

    /// Keeps nothing, so everything is new to it.
    @Override
    public Lsn applied() {
        return Lsn.INVALID;
    }

    @Override
    public void awaitApplied(Lsn lsn) {}

    @Override
    public void close() {}
}
