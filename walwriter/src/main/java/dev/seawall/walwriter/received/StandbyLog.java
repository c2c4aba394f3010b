package dev.seawall.walwriter.received;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.Retention;
import dev.seawall.walwriter.Retentions;
import dev.seawall.walwriter.WalFailedException;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.FoundLog;
import dev.seawall.walwriter.start.LogScan;
import dev.seawall.walwriter.start.LowWaterMark;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A log that follows another's: what is received is written, made durable and read, record by record,
/// before anybody here is shown it or anybody there is told that it is here.
///
/// ```
/// write --> ReceivedSegments --take--> pg_wal/ --> ReceivedRecords --sync--> flushLsn
/// ```
/// Receiving ([#write], [#take], [#flush], [#dropUnfinished], [#follow]) is one thread's; all else is
/// thread-safe. [#sync] may go on beside it: while one batch reaches the disk, the next is received. A failure
/// to write or sync is final.
public final class StandbyLog implements DurableLog, AutoCloseable {

    /// The low-water mark is renewed so often while log comes: what was acknowledged and is then missing is
    /// damage, not the log's end.
    private static final Duration EVIDENCE = Duration.ofMillis(500);
    /// Who receives waits for the disk when more than this does.
    private static final long UNSYNCED_BYTES_MAX = 8 << 20;

    private final StartedLog started;
    private final Disk disk;
    private final World world;
    private final ControlStore control;
    private final PageLayout layout;
    private final Retentions retentions = new Retentions();
    private final Restartpoints restartpoints;
    private final ReceivedRecords records;
    private final List<Runnable> flushListeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> failureListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Lsn>> checkpointListeners = new CopyOnWriteArrayList<>();
    private final Removal removal;

    private volatile WalOptions options;
    private volatile TimelineHistory history;
    private volatile Lsn flushed;
    private volatile @Nullable WalFailedException failure;
    private volatile ReceivedSegments segments;
    /// Last report of the data files. Guarded by this.
    private Lsn reported = Lsn.INVALID;
    /// Written under this.
    private boolean isHandedOver;
    /// What is in the files.
    private volatile Taken taken;
    private volatile Lsn next;
    private final ReentrantLock syncing = new ReentrantLock();
    /// Guarded by syncing.
    private long evidenceAt;

    /// @param whole end of the last whole record, as far as it is here
    /// @param next  where the next one begins: further on if the zeros behind a segment switch are still to come
    private record Taken(Lsn whole, Lsn next) {}

    private StandbyLog(FoundLog found, WalOptions options, Disk disk, World world) throws IOException {
        this.started = found.log();
        this.options = options;
        this.disk = disk;
        this.world = world;
        this.control = started.control();
        this.layout = started.layout();
        this.history = started.history();
        this.flushed = started.insertPosition();
        this.next = flushed;
        this.taken = new Taken(flushed, flushed);
        this.restartpoints = new Restartpoints(control, world);
        this.records = new ReceivedRecords(disk, started, found.scan(), restartpoints);
        this.removal = new Removal(disk, started);
        this.evidenceAt = world.nanoTime();
        control.write(control.controlFile().with(ControlFile.State.IN_ARCHIVE_RECOVERY, control.controlFile().time()));
        this.segments = SegmentsAt.open(disk, started, history, flushed, options, world, this::fail);
    }

    /// Opens the log behind the end that was found; owns what `found` holds from now on.
    public static StandbyLog open(FoundLog found, WalOptions options, Disk disk, World world) throws IOException {
        try {
            return new StandbyLog(found, options, disk, world);
        } catch (Throwable t) {
            found.log().close();
            throw t;
        }
    }

    @Override
    public long systemId() {
        return started.systemId();
    }

    @Override
    public PageLayout layout() {
        return layout;
    }

    @Override
    public TimelineHistory history() {
        return history;
    }

    @Override
    public Lsn flushLsn() {
        return flushed;
    }

    @Override
    public Lsn nextLsn() {
        return next;
    }

    /// End of what is in the files, of a record or not.
    public Lsn written() {
        return segments.written();
    }

    /// Time of the newest commit that was received.
    public Instant lastCommitTime() {
        return records.lastCommitTime();
    }

    /// The cluster's.
    public Path directory() {
        return started.directory();
    }

    /// Whether nothing of it is here yet, as in a base backup without log.
    public boolean isEmpty() {
        return records.isEmpty();
    }

    /// Where the log must come to before it may be opened for appends: before that, the copy that this
    /// standby was made from is not of one moment.
    public Lsn consistentAt() {
        ControlFile now = control.controlFile();
        return Lsn.max(now.minimumRecoveryEnd(), now.backupEnd());
    }

    /// Whether it has come there.
    public boolean isConsistent() {
        return !isEmpty() && flushed.isAtLeast(consistentAt());
    }

    // --- receiving

    /// Takes the next bytes; they are in the files after [#take].
    public void write(ByteBuffer bytes) throws IOException {
        guarded(() -> segments.gather(bytes));
    }

    /// Hands what was written to the files, and checks it: whole records are shown after the next [#sync].
    ///
    /// @throws IOException if what was received is no log; it is not shown, and [#dropUnfinished] drops it
    public void take() throws IOException {
        guarded(() -> {
            segments.spill();
            Lsn whole = records.readOn(segments.written());
            taken = new Taken(Lsn.max(taken.whole(), whole), Lsn.max(taken.next(), records.end()));
        });
        if (taken.whole().minus(flushed) >= UNSYNCED_BYTES_MAX) {
            sync();
        }
        records.check(segments.written());
    }

    /// Whether there are whole records that are not shown yet.
    public boolean isUnsynced() {
        return taken.whole().isAfter(flushed);
    }

    /// Makes whole records durable, and shows them. From any thread.
    public void sync() throws IOException {
        guarded(() -> {
            syncing.lock();
            try {
                Taken durable = taken;
                if (durable.whole().isAfter(flushed)) {
                    segments.makeDurable();
                    next = durable.next();
                    flushed = durable.whole();
                    renewEvidence();
                }
            } finally {
                syncing.unlock();
            }
        });
        flushListeners.forEach(Runnable::run);
    }

    private void renewEvidence() throws IOException {
        if (world.nanoTime() - evidenceAt >= EVIDENCE.toNanos()) {
            evidenceAt = world.nanoTime();
            control.write(new LowWaterMark(history.timeline(), flushed));
        }
    }

    /// [#take] and [#sync].
    public void flush() throws IOException {
        take();
        sync();
    }

    /// What was received of a record that is not whole is dropped: the next bytes come from the last whole
    /// record's end.
    public void dropUnfinished() throws IOException {
        sync();
        guarded(() -> segments.restart(flushed, SegmentsAt.page(disk, started, history, flushed)));
        records.restart(history);
    }

    /// The log goes on on another timeline, which left this one at the end of what is here.
    ///
    /// @param next the timeline to follow; its history file is in `pg_wal`, durably
    public void follow(TimelineHistory next) throws IOException {
        Lsn left = next.switchPointOf(history.timeline());
        if (!layout.startOf(left).equals(layout.startOf(flushed))) {
            throw new IllegalArgumentException("timeline " + next.timeline() + " leaves timeline "
                    + history.timeline() + " at " + left + ", but the log ends at " + flushed);
        }
        // A restartpoint meanwhile would take the control file back to the timeline that is left.
        synchronized (this) {
            guarded(() -> {
                segments.close();
                SegmentsAt.leave(disk, started, next, flushed);
                control.write(control.controlFile().with(
                        Lsn.max(flushed, control.controlFile().minimumRecoveryEnd()), next.timeline().value()));
                control.write(new LowWaterMark(next.timeline(), flushed));
                segments = SegmentsAt.open(disk, started, next, flushed, options, world, this::fail);
            });
            records.restart(next);
            history = next;
        }
    }

    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    private void guarded(Write write) throws IOException {
        WalFailedException failed = failure;
        if (failed != null) {
            throw new IOException(failed.getMessage(), failed);
        }
        try {
            write.run();
        } catch (IOException | RuntimeException e) {
            fail(e);
            throw e;
        }
    }

    /// What is needed to go on as a log of one's own, which owns lock and control file from then on.
    public record Left(StartedLog started, TimelineHistory history, LogScan scan) {}

    /// Ends the following. This log is closed.
    public Left leave() throws IOException {
        sync();
        closeParts();
        synchronized (this) {
            isHandedOver = true;
        }
        return new Left(started, history, records.scan());
    }

    // --- what others do

    @Override
    public Lsn redoPoint() {
        return control.controlFile().checkpoint().redo();
    }

    /// A restartpoint.
    @Override
    public synchronized Lsn checkpointed(CheckpointReport report) throws IOException {
        if (isHandedOver) {
            throw new IllegalStateException("the standby has ended; its control file is another's now");
        }
        if (report.systemId() != systemId() || !history.switchPointOf(report.timeline()).isValid()
                || report.redo().isBefore(reported) || layout.startOf(report.redo()).isAfter(layout.startOf(next))) {
            throw new IllegalArgumentException("restartpoint report of system "
                    + Long.toUnsignedString(report.systemId()) + ", timeline " + report.timeline() + ", redo point "
                    + report.redo() + "; this is " + Long.toUnsignedString(systemId()) + ", timeline "
                    + history.timeline() + ", redo point between " + reported + " and " + next);
        }
        reported = report.redo();
        restartpoints.take(report.redo(), flushed, history.timeline());
        checkpointListeners.forEach(listener -> listener.accept(report.redo()));
        Lsn keep = Lsn.min(redoPoint(), retentions.oldest());
        if (options.keepBytes() > 0) {
            keep = Lsn.min(keep, new Lsn(Math.max(0, flushed.value() - options.keepBytes())));
        }
        segments.giveUp(removal.of(segments.directory(), options, redoPoint(), keep));
        return control.controlFile().checkpointLsn();
    }

    @Override
    public void onCheckpoint(Consumer<Lsn> listener) {
        checkpointListeners.add(listener);
    }

    @Override
    public void onFlush(Runnable listener) {
        flushListeners.add(listener);
    }

    @Override
    public Retention retain(String name, Lsn from) {
        return retentions.hold(name, from);
    }

    /// Takes changed options: what is kept, removed and recycled from the next restartpoint on.
    public void options(WalOptions changed) {
        options = changed;
    }

    @Override
    public int abortTransactionsBefore(Lsn lsn) {
        return 0;
    }

    @Override
    public int blocksOf(RelationId relation) {
        return records.blocksOf(relation);
    }

    @Override
    public @Nullable WalFailedException failure() {
        return failure;
    }

    @Override
    public void fail(Throwable cause) {
        synchronized (failureListeners) {
            if (failure != null) {
                return;
            }
            failure = cause instanceof WalFailedException known ? known : new WalFailedException(
                    "the standby's log failed at " + flushed + ": " + cause.getMessage()
                            + "\nHINT: Restart; it goes on from what is durable.", cause);
        }
        segments.closing();
        failureListeners.forEach(Runnable::run);
    }

    @Override
    public void onFailure(Runnable listener) {
        failureListeners.add(listener);
    }

    /// Says in the control file that this standby was shut down, and how far its log went.
    public synchronized void shutDown() throws IOException {
        ControlFile now = control.controlFile();
        control.write(new LowWaterMark(history.timeline(), flushed));
        control.write(now.with(ControlFile.State.SHUT_DOWN_IN_RECOVERY, now.time())
                .with(Lsn.max(flushed, now.minimumRecoveryEnd()), history.timeline().value()));
    }

    private void closeParts() throws IOException {
        try (records) {
            segments.close();
        }
    }

    /// Closes every file, and frees the directory unless it was handed over. The next start finds the end.
    @Override
    public void close() throws IOException {
        if (isHandedOver) {
            return;
        }
        isHandedOver = true;
        try (started) {
            closeParts();
        }
    }
}
