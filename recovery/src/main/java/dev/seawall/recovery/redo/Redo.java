package dev.seawall.recovery.redo;

import dev.seawall.recovery.AppliedLsn;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The redo loop: reads the durable log from the redo point on and hands what committed to the
/// resource managers.
///
/// The same in normal running, where it follows the log that is being written, after a crash, on a
/// standby and in recovery to a point. A step reads some records; any thread may ask how far it is
/// and wait. What a resource manager throws ends it for good, as does damage in the log.
public final class Redo implements Role, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Redo.class);

    private static final int RECORDS_PER_STEP = 64;
    private static final long BYTES_PER_STEP = 1 << 20;
    private static final long BYTES_PER_SAMPLE = 1 << 20;
    private static final long STALL_NANOS = 500_000_000L;
    private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;

    private final RedoSource source;
    private final StopRule stop;
    private final ApplyDelay delay;
    private final World world;
    private final Assembly assembly;
    private final RecordsInTurn records;
    private final HeldTransactions held;
    private final RedoPoints redoPoints;
    private final AppliedLsn applied;
    private final List<Consumer<RedoProgress>> listeners = new CopyOnWriteArrayList<>();

    // The step's own.
    private Lsn position;
    private Lsn sampled;
    private long lastXid;
    private boolean isOverLimits;

    // Written by the step, read by any thread.
    private volatile RedoProgress progress;
    private volatile boolean isStopped;
    private volatile ReadOutcome.@Nullable NoRecord end;
    /// The limit at which no record was found: there is nothing to do until it moves.
    private volatile Lsn idleAt = Lsn.INVALID;
    /// While a full disk keeps held transactions from being moved to files: when to try again.
    private volatile long stalledUntil;
    private volatile boolean isStalled;
    /// While the turn that was read is too young: when to look again.
    private volatile long ripeAt;
    private volatile boolean isWaiting;

    /// @param held closed with this
    /// @param stop where to stop; [StopRule#NONE] to follow the log
    public Redo(RedoSource source, ResourceManagers managers, HeldTransactions held, StopRule stop, World world) {
        this(source, managers, held, stop, ApplyDelay.none(world), world);
    }

    /// @param delay how long commits wait
    public Redo(RedoSource source, ResourceManagers managers, HeldTransactions held, StopRule stop, ApplyDelay delay,
            World world) {
        this.delay = delay;
        this.source = source;
        this.stop = stop;
        this.world = world;
        this.held = held;
        this.assembly = new Assembly(managers, held, source.xid());
        this.records = new RecordsInTurn(source, assembly, stop == StopRule.NONE);
        this.position = source.redoPoint();
        this.sampled = position;
        this.redoPoints = new RedoPoints(position);
        this.applied = new AppliedLsn(world, position);
        this.progress = assembly.progress(position, 0);
    }

    @Override
    public String name() {
        return "redo";
    }

    @Override
    public boolean hasWork() {
        if (isStopped || end != null) {
            return false;
        }
        if (isStalled) {
            return world.nanoTime() - stalledUntil >= 0;
        }
        if (isWaiting) {
            return world.nanoTime() - ripeAt >= 0;
        }
        Lsn limit = source.limit().get();
        return limit.isAfter(progress.position()) && !limit.equals(idleAt);
    }

    @Override
    public Duration nap() {
        return Duration.ofMillis(100);
    }

    @Override
    public void failed(Throwable cause) {
        applied.fail(cause);
    }

    /// Reads some records and lets them take effect.
    ///
    /// @throws WalCorruptException if there is no valid record where the log is known to be durable
    /// @throws dev.seawall.recovery.RedoFailedException if a resource manager could not redo something
    @Override
    public void step() throws IOException {
        if (isStopped || end != null || isOverLimits && !keepLimits()) {
            return;
        }
        Lsn limit = source.limit().get();
        records.limit(limit);
        Lsn enough = position.plus(BYTES_PER_STEP);
        for (int i = 0; i < RECORDS_PER_STEP && position.isBefore(enough) && !isStopped; i++) {
            if (!isWaiting) {
                ReadOutcome.NoRecord none = records.advance();
                if (none != null) {
                    position = Lsn.max(position, records.turn().end());
                    stopReading(none, limit);
                    break;
                }
            }
            isWaiting = false;
            if (isTooYoung(records.turn())) {
                position = Lsn.max(position, records.passedTo());
                break;
            }
            take(records.turn());
            if (!keepLimits()) {
                break;
            }
        }
        publish();
    }

    private boolean isTooYoung(RedoTurn turn) throws IOException {
        long left;
        try {
            left = delay.nanosLeft(turn);
        } catch (MalformedRecordException e) {
            // Its turn will say so.
            return false;
        }
        if (left <= 0) {
            return false;
        }
        // The delay may be changed meanwhile.
        ripeAt = world.nanoTime() + Math.min(left, LONGEST_WAIT_NANOS);
        isWaiting = true;
        return true;
    }

    private void take(RedoTurn turn) throws IOException {
        switch (turn.kind()) {
            case PASSED -> position = turn.end();
            case PLAIN_END -> {
                assembly.end(turn);
                position = turn.end();
            }
            case RECORD -> take(turn.record(), turn.end());
        }
    }

    private void take(WalRecord record, Lsn next) throws IOException {
        try {
            lastXid = assembly.xidOf(record);
            if (stop.stopsBefore(record, lastXid)) {
                isStopped = true;
                return;
            }
            assembly.apply(record);
            position = next;
            if (stop.stopsAfter(record, lastXid)) {
                isStopped = true;
            }
        } catch (MalformedRecordException e) {
            throw damaged("record with a valid checksum makes no sense: " + e.getMessage(), record.start());
        }
    }

    private void stopReading(ReadOutcome.NoRecord none, Lsn limit) throws IOException {
        if (limit.equals(Lsn.MAX)) {
            end = none;
        } else if (source.layout().startOf(none.at()).isBefore(limit)) {
            throw damaged("log cannot be read although it is durable up to " + limit + ": " + none.reason(), none.at());
        } else {
            idleAt = limit;
        }
    }

    private WalCorruptException damaged(String problem, Lsn at) {
        return WalCorruptException.at(problem, at, records.timeline(), source.layout(),
                "Restore this segment from the archive, or the cluster from a backup.");
    }

    /// @return false while the disk is full: the next record is not to be read then
    private boolean keepLimits() throws IOException {
        try {
            held.keepLimits(lastXid);
            isOverLimits = false;
            isStalled = false;
            return true;
        } catch (NoSpaceException e) {
            if (!isOverLimits) {
                LOG.warn("redo waits for disk space to hold unfinished transactions: position={} heldBytes={} cause={}",
                        position, held.memoryBytes(), e.getMessage());
            }
            isOverLimits = true;
            stalledUntil = world.nanoTime() + STALL_NANOS;
            isStalled = true;
            return false;
        }
    }

    private void publish() {
        RedoProgress now = assembly.progress(position, position.minus(source.redoPoint()));
        if (position.minus(sampled) >= BYTES_PER_SAMPLE) {
            redoPoints.sample(position, now.oldestUnfinished());
            sampled = position;
        }
        progress = now;
        applied.advance(position);
        for (Consumer<RedoProgress> listener : listeners) {
            listener.accept(now);
        }
    }

    /// One consistent snapshot of how far redo is. [#redoPoint] is exact for its position.
    public RedoProgress progress() {
        RedoProgress now = progress;
        redoPoints.sample(now.position(), now.oldestUnfinished());
        return now;
    }

    /// All before it was read, and what committed in it was handed to the resource managers.
    public Lsn applied() {
        return applied.get();
    }

    /// Waits until [#applied] has reached `lsn`.
    ///
    /// @throws dev.seawall.recovery.RedoFailedException if it never will
    public void awaitApplied(Lsn lsn) throws IOException {
        applied.await(lsn);
    }

    /// Whether somebody waits for it to come further.
    public boolean isAwaited() {
        return applied.isAwaited();
    }

    /// Calls back whenever somebody begins to wait.
    public void onAwait(Runnable listener) {
        applied.onAwait(listener);
    }

    /// Start of the first record of the oldest unfinished transaction; [Lsn#MAX] if there is none.
    public Lsn oldestUnfinished() {
        return progress.oldestUnfinished();
    }

    /// Where redo may begin when every resource manager's state is durable up to `durable`.
    ///
    /// A checkpoint: take [#progress]; make all managers durable up to its position, or know how far
    /// each of them is; ask here with the smallest of these. It never goes backwards.
    public Lsn redoPoint(Lsn durable) {
        return redoPoints.redoPoint(durable);
    }

    /// A checkpoint of state durable up to `durable` is durable itself: nobody asks further back.
    public void checkpointed(Lsn durable) {
        redoPoints.forgetBefore(durable);
    }

    /// Whether the stop rule stopped it.
    public boolean isStopped() {
        return isStopped;
    }

    /// Where and why a log that is not being written ended, once it has.
    public Optional<ReadOutcome.NoRecord> end() {
        return Optional.ofNullable(end);
    }

    /// Calls back, from the step and briefly, whenever it has read something.
    public void onProgress(Consumer<RedoProgress> listener) {
        listeners.add(listener);
    }

    /// Removes the files of held transactions. The role must have ended.
    @Override
    public void close() throws IOException {
        try (held) {
            records.close();
        }
    }
}
