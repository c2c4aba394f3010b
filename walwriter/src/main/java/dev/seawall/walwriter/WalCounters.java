package dev.seawall.walwriter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;

/// What the log has done since it was opened, as pg_stat_wal counts it.
public final class WalCounters {

    private static final VarHandle RECORDS;
    private static final VarHandle RECORD_BYTES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RECORDS = lookup.findVarHandle(WalCounters.class, "records", long.class);
            RECORD_BYTES = lookup.findVarHandle(WalCounters.class, "recordBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Of every record: no addition that is more than a store.
    private volatile long records;
    private volatile long recordBytes;
    private final LongAdder flushes = new LongAdder();
    private final LongAdder flushedBytes = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private final LongAdder syncNanos = new LongAdder();
    private final LongAdder segmentsAwaited = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final LongAdder buffersFull = new LongAdder();

    /// One at a time: under InsertPosition's lock.
    void reserved(long count, long bytes) {
        RECORDS.setRelease(this, records + count);
        RECORD_BYTES.setRelease(this, recordBytes + bytes);
    }

    void flushed(long bytes, long written, long writeTime, long syncTime) {
        writeNanos.add(writeTime);
        syncNanos.add(syncTime);
        flushes.increment();
        flushedBytes.add(bytes);
        writtenBytes.add(written);
    }

    void buffersFull() {
        buffersFull.increment();
    }

    void segmentAwaited() {
        segmentsAwaited.increment();
    }

    void committed() {
        commits.increment();
    }

    public long records() {
        return records;
    }

    /// Bytes of records, headers and alignment included.
    public long recordBytes() {
        return recordBytes;
    }

    /// How often the log was made durable: a group of commits each.
    public long flushes() {
        return flushes.sum();
    }

    public long flushedBytes() {
        return flushedBytes.sum();
    }

    /// Bytes handed to the disk: whole blocks, the last of them again with the next flush.
    public long writtenBytes() {
        return writtenBytes.sum();
    }

    /// How often an append had to wait for room in the buffers.
    public long timesBuffersFull() {
        return buffersFull.sum();
    }

    /// Nanoseconds spent in writing; with a method that syncs as it writes, all of it is here.
    public long writeNanos() {
        return writeNanos.sum();
    }

    /// Nanoseconds spent in syncing what was written.
    public long syncNanos() {
        return syncNanos.sum();
    }

    /// How often an append had to wait for a segment that was not prepared yet.
    public long timesSegmentAwaited() {
        return segmentsAwaited.sum();
    }

    public long commits() {
        return commits.sum();
    }
}
