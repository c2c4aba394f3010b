package dev.seawall.checkpointer;

import dev.seawall.recovery.AppliedLsn;
import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;

/// A small engine: the order-dependent sum of the LSNs of its messages. Now and then its checkpoint
/// does nothing, as a lazy one may.
final class ModelEngine implements ResourceManager {

    static final String NAME = "model";

    private Disk disk;
    private Path home;
    private World world;
    private AppliedLsn applied;
    private Lsn durable = Lsn.INVALID;
    private long sum;

    static long add(long sum, long lsn) {
        return 31 * sum + lsn;
    }

    long sum() {
        return sum;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void open(Disk disk, Path home, World world) throws IOException {
        this.disk = disk;
        this.home = home;
        this.world = world;
        Path path = home.resolve("sum");
        if (disk.exists(path)) {
            try (DiskFile file = disk.open(path, EnumSet.of(Disk.Open.READ_ONLY))) {
                file.sync();
                file.dropCache();
                ByteBuffer content = ByteBuffer.allocate(16);
                file.read(content, 0);
                durable = new Lsn(content.getLong(0));
                sum = content.getLong(8);
            }
        }
        applied = new AppliedLsn(world, durable);
    }

    @Override
    public void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        transaction.forEach(new CommittedTransaction.Visitor() {
            @Override
            public void message(Lsn lsn, String prefix, ByteBuffer content) {
                sum = add(sum, lsn.value());
            }

            @Override
            public void pages(WalRecord record) {
                throw new AssertionError("pages are not this engine's");
            }
        });
        applied.advance(commitLsn);
    }

    @Override
    public Lsn checkpoint() throws IOException {
        if (world.random().nextInt(4) == 0) {
            return durable;
        }
        Lsn now = applied.get();
        Path written = home.resolve("sum.new");
        try (DiskFile file = disk.open(written, EnumSet.of(Disk.Open.CREATE))) {
            file.write(ByteBuffer.allocate(16).putLong(now.value()).putLong(sum).flip(), 0);
            file.sync();
        }
        disk.rename(written, home.resolve("sum"));
        disk.syncDirectory(home);
        durable = now;
        return durable;
    }

    @Override
    public Lsn applied() {
        return applied.get();
    }

    @Override
    public void awaitApplied(Lsn lsn) throws IOException {
        applied.await(lsn);
    }

    @Override
    public void close() {}
}
