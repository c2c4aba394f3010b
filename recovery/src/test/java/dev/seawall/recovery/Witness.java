package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A resource manager that writes down, as text, what it is handed: `7: ledger.add=a 1, pages 1663/5/1 0`.
public final class Witness implements ResourceManager {

    private final List<String> seen = new ArrayList<>();
    private final List<Lsn> commits = new ArrayList<>();
    private Lsn last = Lsn.INVALID;

    /// A transaction a line.
    public List<String> seen() {
        return seen;
    }

    public List<Lsn> commits() {
        return commits;
    }

    @Override
    public String name() {
        return "witness";
    }

    @Override
    public void open(Disk disk, Path home, World world) {}

    @Override
    public void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        List<String> changes = new ArrayList<>();
        transaction.forEach(new CommittedTransaction.Visitor() {
            @Override
            public void message(Lsn lsn, String prefix, ByteBuffer content) {
                String text = content.remaining() > 100 ? content.remaining() + " bytes"
                        : StandardCharsets.UTF_8.decode(content).toString();
                changes.add(prefix + "=" + text);
            }

            @Override
            public void pages(WalRecord record) {
                for (BlockReference block : record.blocks()) {
                    changes.add("pages " + block.relation() + " " + block.block());
                }
            }
        });
        seen.add(transaction.xid() + ": " + String.join(", ", changes));
        commits.add(commitLsn);
        last = commitLsn;
    }

    @Override
    public Lsn checkpoint() {
        return last;
    }

    @Override
    public Lsn applied() {
        return last;
    }

    @Override
    public void awaitApplied(Lsn lsn) {}

    @Override
    public void close() {}
}
