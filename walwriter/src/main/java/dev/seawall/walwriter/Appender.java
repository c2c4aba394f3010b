package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.walwriter.segments.SegmentPreparer;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One append, from an encoded record to the buffers: reserve, seal, copy, announce.
///
/// Everything that can wait waits before the reservation; after it only the buffers' own
/// back-pressure can. What fails after it would leave a hole, so it fails the log.
final class Appender {

    /// PostgreSQL cannot read a record of 1 GiB.
    private static final int RECORD_BYTES_MAX = 1020 << 20;
    private static final long BRAKE_NANOS = 5_000_000;

    private final PageLayout layout;
    private final InsertPosition position;
    private final Insertions insertions;
    private final WalBuffers buffers;
    private final FlushProgress progress;
    private final SegmentPreparer preparer;
    private final Runnable wakePreparer;
    private final Gate gate;
    private final dev.seawall.wal.role.World world;
    private final Consumer<Throwable> onFailure;
    private final WalCounters counters;
    private volatile long maxRedoLag;
    private volatile LongSupplier applied = () -> Long.MAX_VALUE;

    Appender(PageLayout layout, InsertPosition position, Insertions insertions, WalBuffers buffers,
            FlushProgress progress, SegmentPreparer preparer, Runnable wakePreparer, Gate gate,
            dev.seawall.wal.role.World world, Consumer<Throwable> onFailure, WalCounters counters, long maxRedoLag) {
        this.layout = layout;
        this.position = position;
        this.insertions = insertions;
        this.buffers = buffers;
        this.progress = progress;
        this.preparer = preparer;
        this.wakePreparer = wakePreparer;
        this.gate = gate;
        this.world = world;
        this.onFailure = onFailure;
        this.counters = counters;
        this.maxRedoLag = maxRedoLag;
    }

    /// Who tells how far redo has come; appends slow down when it lags too much.
    void applied(LongSupplier lsn) {
        applied = lsn;
    }

    void maxRedoLag(long bytes) {
        maxRedoLag = bytes;
    }

    /// Appends a record; its end is then in `place`, as with all of these.
    void append(Insertion place, EncodedRecord record) {
        append(place, record, null);
    }

    /// @param reserved runs when the record has its place and nobody can have read it yet
    void append(Insertion place, EncodedRecord record, @Nullable Runnable reserved) {
        record.checksumBody();
        reserve(place, record, false, false);
        copy(place, record, reserved);
    }

    /// Appends a record of the log's own, which may use the space kept back for such.
    void appendSystem(Insertion place, EncodedRecord record) {
        record.checksumBody();
        reserve(place, record, false, true);
        copy(place, record, null);
    }

    /// Appends a record of the log's own if that needs no waiting.
    ///
    /// @return whether it did
    boolean tryAppendSystem(Insertion place, EncodedRecord record) {
        record.checksumBody();
        long bytes = PageLayout.align8(record.length());
        if (progress.failure() != null
                || position.reserve(place, 1, bytes, bytes, false, true) != InsertPosition.Refusal.NONE) {
            return false;
        }
        copy(place, record, null);
        return true;
    }

    /// Appends a record whose body begins with its time, stamped with its place.
    void appendTimed(Insertion place, EncodedRecord record, boolean isSystem) {
        reserve(place, record, true, isSystem);
        TransactionRecord.stamp(record, place.time);
        record.checksumBody();
        copy(place, record, null);
    }

    private void copy(Insertion place, EncodedRecord record, @Nullable Runnable reserved) {
        try {
            if (reserved != null) {
                reserved.run();
            }
            record.seal(place.previous);
            buffers.copy(record, place.from, place.sequence);
        } catch (Throwable t) {
            // The reservation cannot be taken back: nothing behind it could ever be flushed.
            onFailure.accept(t);
            throw t;
        }
        announce(place);
    }

    private void announce(Insertion place) {
        insertions.complete(place.sequence);
        if (progress.isWanted()) {
            progress.wakeFlusher();
        }
    }

    /// Appends page changes and, directly behind them, the commit that makes them true.
    void appendRun(Insertion place, PageRun run, EncodedRecord commit) {
        long commitBytes = PageLayout.align8(commit.length());
        long bytes = run.alignedBytes() + commitBytes;
        reserve(place, run.count() + 1, bytes, commitBytes, true, false);
        try {
            long usable = place.usable;
            long from = place.from;
            long previous = place.previous;
            PageRun.Records records = run.records();
            for (EncodedRecord record = records.next(); record != null; record = records.next()) {
                record.checksumBody();
                record.seal(previous);
                buffers.copy(record, from, place.sequence);
                previous = layout.startAt(usable).value();
                usable += PageLayout.align8(record.length());
                from = layout.endValueAt(usable);
                insertions.progress(place.sequence, from);
            }
            TransactionRecord.stamp(commit, place.time);
            commit.checksumBody();
            commit.seal(previous);
            buffers.copy(commit, from, place.sequence);
        } catch (Throwable t) {
            onFailure.accept(t);
            if (t instanceof IOException) {
                throw new WalFailedException("could not log page changes", t);
            }
            throw sneaky(t);
        }
        announce(place);
    }

    private static RuntimeException sneaky(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        return (RuntimeException) t;
    }

    /// Ends the segment with a switch record.
    ///
    /// @return its end; where the log stands if the segment is empty
    Lsn appendSwitch(Insertion place, EncodedRecord record) {
        record.checksumBody();
        long bytes = PageLayout.align8(record.length());
        while (true) {
            progress.throwIfFailed();
            InsertPosition.Refusal refusal = position.reserveSwitch(place, bytes);
            if (refusal == InsertPosition.Refusal.NONE) {
                copy(place, record, null);
                return place.endLsn();
            }
            if (refusal == InsertPosition.Refusal.EMPTY_SEGMENT) {
                return position.insertEnd();
            }
            await(refusal, bytes, true);
        }
    }

    private void reserve(Insertion place, EncodedRecord record, boolean isTimed, boolean isSystem) {
        long bytes = PageLayout.align8(record.length());
        reserve(place, 1, bytes, bytes, isTimed, isSystem);
    }

    private void reserve(
            Insertion place, long records, long bytes, long lastBytes, boolean isTimed, boolean isSystem) {
        if (bytes > RECORD_BYTES_MAX) {
            throw new IllegalArgumentException("record of " + bytes + " bytes exceeds " + RECORD_BYTES_MAX);
        }
        if (!isSystem) {
            brake();
        }
        while (true) {
            progress.throwIfFailed();
            InsertPosition.Refusal refusal = position.reserve(place, records, bytes, lastBytes, isTimed, isSystem);
            if (refusal == InsertPosition.Refusal.NONE) {
                return;
            }
            await(refusal, bytes, isSystem);
        }
    }

    private void await(InsertPosition.Refusal refusal, long bytes, boolean isSystem) {
        switch (refusal) {
            case NONE, EMPTY_SEGMENT -> { }
            case FENCED -> throw new LogEndedException();
            case INSERTIONS -> {
                progress.want(position.insertEnd().value());
                gate.await(() -> insertions.canBegin() || progress.failure() != null);
            }
            case SEGMENTS -> awaitSegments(bytes, isSystem);
        }
    }

    private void awaitSegments(long bytes, boolean isSystem) {
        counters.segmentAwaited();
        Lsn end = layout.endAt(layout.usableOf(position.insertEnd()) + bytes);
        preparer.want(layout.segmentOf(end));
        wakePreparer.run();
        // Not for a change of the limit: it may have changed since the refusal, and for the last time.
        BooleanSupplier fits = () -> Long.compareUnsigned(limit(isSystem), end.value()) >= 0;
        gate.await(() -> fits.getAsBoolean() || preparer.isOutOfSpace() || progress.failure() != null);
        if (!fits.getAsBoolean() && preparer.isOutOfSpace()) {
            throw new LogFullException();
        }
    }

    private long limit(boolean isSystem) {
        return isSystem ? position.systemLimit() : position.clientLimit();
    }

    /// Slows appends down while redo is too far behind.
    private void brake() {
        if (position.insertEndValue() - applied.getAsLong() > maxRedoLag) {
            world.park(() -> progress.failure() != null, BRAKE_NANOS);
        }
    }
}
