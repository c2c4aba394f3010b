package dev.seawall.recovery.logical;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.logical.DecodedChanges;
import dev.seawall.walwriter.logical.DecodedTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A decoder's place in redo: passes on what committed behind the place that its receiver has confirmed.
final class MessageObserver implements ResourceManager {

    private final DecodedChanges into;
    private volatile Lsn told;

    /// @param confirmed what committed at or before it is not passed on
    MessageObserver(Lsn confirmed, DecodedChanges into) {
        this.told = confirmed;
        this.into = into;
    }

    @Override
    public String name() {
        return "logical_decoding";
    }

    @Override
    public void open(Disk disk, Path home, World world) {
        // Keeps nothing.
    }

    @Override
    public void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        if (transaction.xid() == 0) {
            transaction.forEach(new Messages(into::outside));
        } else {
            DecodedTransaction decoded = new DecodedTransaction(transaction.xid(), transaction.firstLsn(), commitLsn,
                    transaction.commitTime());
            into.begin(decoded);
            transaction.forEach(new Messages(
                    (lsn, prefix, content) -> into.message(decoded, lsn, prefix, content)));
            into.commit(decoded);
        }
        told = commitLsn;
    }

    private interface Receiver {
        void message(Lsn lsn, String prefix, ByteBuffer content) throws IOException;
    }

    private record Messages(Receiver receiver) implements CommittedTransaction.Visitor {

        @Override
        public void message(Lsn lsn, String prefix, ByteBuffer content) throws IOException {
            receiver.message(lsn, prefix, content);
        }

        @Override
        public void pages(WalRecord record) {
            // Redo hands this observer no pages.
        }
    }

    @Override
    public Lsn checkpoint() {
        return Lsn.MAX;
    }

    @Override
    public Lsn applied() {
        return told;
    }

    @Override
    public void awaitApplied(Lsn lsn) {
        // Nobody waits for a decoder.
    }

    @Override
    public void close() {
        // Keeps nothing.
    }
}
