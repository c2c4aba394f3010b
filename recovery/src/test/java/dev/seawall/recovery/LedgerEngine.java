package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A small real engine: accounts with balances.
///
/// A message `ledger.add` with the content `account amount` adds to an account, so that redoing a
/// transaction twice, or one too few, shows. The state is one file, replaced whole:
/// `i64 applied LSN  i32 n  n x {i32 length, name, i64 balance}  i32 CRC-32C`, big endian.
public final class LedgerEngine implements ResourceManager {

    public static final String NAME = "ledger";
    public static final String ADD = "ledger.add";

    private static final String FILE = "accounts";

    private final TreeMap<String, Long> balances = new TreeMap<>();
    private @Nullable AppliedLsn applied;
    private @Nullable Disk disk;
    private @Nullable Path home;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public synchronized void open(Disk onDisk, Path under, World world) throws IOException {
        disk = onDisk;
        home = under;
        balances.clear();
        Lsn upTo = Lsn.INVALID;
        Path path = under.resolve(FILE);
        if (onDisk.exists(path)) {
            try (DiskFile file = onDisk.open(path, Set.of())) {
                file.sync();
                onDisk.syncDirectory(under);
                file.dropCache();
                upTo = read(file, path);
            }
        }
        applied = new AppliedLsn(world, upTo);
    }

    private Lsn read(DiskFile file, Path path) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(Math.toIntExact(file.size()));
        file.read(in, 0);
        in.flip();
        if (in.remaining() < 4 || crc(in, in.limit() - 4) != in.getInt(in.limit() - 4)) {
            throw WalCorruptException.inFile("ledger's state is damaged", path.toString(), "Restore it from a backup.");
        }
        Lsn upTo = new Lsn(in.getLong());
        for (int n = in.getInt(); n > 0; n--) {
            byte[] name = new byte[in.getInt()];
            in.get(name);
            balances.put(new String(name, StandardCharsets.UTF_8), in.getLong());
        }
        return upTo;
    }

    @Override
    public synchronized void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        transaction.forEach(new CommittedTransaction.Visitor() {
            @Override
            public void message(Lsn lsn, String prefix, ByteBuffer content) {
                String[] words = StandardCharsets.UTF_8.decode(content).toString().split(" ");
                balances.merge(words[0], Long.parseLong(words[1]), Long::sum);
            }

            @Override
            public void pages(dev.seawall.wal.record.WalRecord record) {
                throw new IllegalStateException("a ledger has no pages");
            }
        });
        position().advance(commitLsn);
    }

    @Override
    public synchronized Lsn checkpoint() throws IOException {
        Lsn upTo = position().get();
        int bytes = 16 + balances.keySet().stream()
                .mapToInt(name -> 12 + name.getBytes(StandardCharsets.UTF_8).length).sum();
        ByteBuffer out = ByteBuffer.allocate(bytes).putLong(upTo.value()).putInt(balances.size());
        balances.forEach((name, balance) -> {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            out.putInt(text.length).put(text).putLong(balance);
        });
        out.putInt(crc(out, out.position())).flip();
        Disk onDisk = java.util.Objects.requireNonNull(disk);
        Path under = java.util.Objects.requireNonNull(home);
        Path temporary = under.resolve(FILE + ".tmp");
        try (DiskFile file = onDisk.open(temporary, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.write(out, 0);
            file.sync();
        }
        onDisk.rename(temporary, under.resolve(FILE));
        onDisk.syncDirectory(under);
        return upTo;
    }

    private static int crc(ByteBuffer content, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(content.slice(0, bytes));
        return (int) crc.getValue();
    }

    /// A copy of all accounts.
    public synchronized Map<String, Long> balances() {
        return new TreeMap<>(balances);
    }

    private AppliedLsn position() {
        return java.util.Objects.requireNonNull(applied, "not open");
    }

    @Override
    public Lsn applied() {
        return position().get();
    }

    @Override
    public void awaitApplied(Lsn lsn) throws IOException {
        position().await(lsn);
    }

    @Override
    public void close() {}
}
