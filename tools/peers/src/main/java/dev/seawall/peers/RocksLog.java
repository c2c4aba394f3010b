package dev.seawall.peers;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB, each put with a synced write-ahead log.
///
/// Durable: `WriteOptions.setSync(true)`; writers that wait are written as one group by a leader, who calls fdatasync
/// before any put returns. It does more than a log does: each put goes into a memtable as well. Nothing is compacted,
/// log files are recycled, and stalls are put off as far as they can be.
final class RocksLog implements Engine {

    /// A put blocks its carrier in native code: with as many carriers as processors, groups of two are all there would
    /// be.
    static final List<String> JVM_FLAGS = List.of("-Djdk.virtualThreadScheduler.parallelism=128",
            "-Djdk.virtualThreadScheduler.maxPoolSize=1024");

    static {
        RocksDB.loadLibrary();
    }

    private static final long MEMTABLE_BYTES = 256L << 20;

    private final Options options;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB db;
    private final byte[] payload;
    private final AtomicLong key = new AtomicLong();

    RocksLog(Path directory, int bytes) throws RocksDBException {
        payload = Payload.of(bytes);
        options = new Options().setCreateIfMissing(true)
                .setWriteBufferSize(MEMTABLE_BYTES).setMaxWriteBufferNumber(6).setMaxBackgroundJobs(2)
                .setRecycleLogFileNum(4).setEnablePipelinedWrite(false)
                .setDisableAutoCompactions(true).setLevel0SlowdownWritesTrigger(1000).setLevel0StopWritesTrigger(2000)
                .setStatsDumpPeriodSec(0);
        db = RocksDB.open(options, directory.toString());
    }

    private byte[] nextKey() {
        return ByteBuffer.allocate(Long.BYTES).putLong(key.getAndIncrement()).array();
    }

    @Override
    public void commit() throws RocksDBException {
        db.put(synced, nextKey(), payload);
    }

    @Override
    public Stream stream() {
        return (Stream.Batches) this::batch;
    }

    private void batch(int records) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (int i = 0; i < records; i++) {
                batch.put(nextKey(), payload);
            }
            db.write(synced, batch);
        }
    }

    @Override
    public void close() throws IOException {
        db.close();
        synced.close();
        options.close();
    }
}
