package dev.seawall.checkpointer;

import dev.seawall.checkpointer.CheckpointStatistics.HeldBackBy;
import dev.seawall.checkpointer.RunningCheckpoint.Cause;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The checkpointer's role: makes what redo has applied durable, so that redo can begin later and
/// older log can go.
///
/// A checkpoint begins by `checkpoint_timeout`, by the log's volume or by request, and goes: note
/// how far redo is; write the pages that are dirty then, spread over time; sync them; let every
/// engine make its state durable; sync the state with the new redo point; only then report it to
/// the log. Each step of the role is one batch of pages, or all that comes behind the last batch.
/// Any failure is final.
public final class Checkpointer implements Role, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final Duration NAP = Duration.ofMillis(100);
    private static final Duration SHORT_NAP = Duration.ofMillis(5);

    private final DataFiles dataFiles;
    private final ResourceManagers managers;
    private final RedoState redo;
    private final CheckpointLog log;
    private final World world;
    private final CheckpointRequests requests = new CheckpointRequests();

    // No locks, for who holds them may park: whoever waits must park too, or the simulator stands still.

    private final EngineFiles engineFiles = new EngineFiles();
    /// What the engines have durable, as of the last time that they wrote.
    private Lsn enginesDurable;

    /// Held while a checkpoint is reported to the log.
    private final Semaphore reporting = new Semaphore(1);
    private volatile boolean isReporting = true;
    private final FileHold hold;

    private volatile CheckpointOptions options;
    private volatile @Nullable RunningCheckpoint running;
    private volatile CheckpointStatistics statistics = CheckpointStatistics.NONE;
    private volatile World.@Nullable Running thread;

    // Of the checkpoint that began last: what the next one's triggers are reckoned from.
    private volatile long lastBeginNanos;
    private volatile Lsn lastBeginLsn;
    private volatile long lastChanges = -1;

    public Checkpointer(DataFiles dataFiles, ResourceManagers managers, RedoState redo, CheckpointLog log,
                        CheckpointOptions options, World world) {
        this.dataFiles = dataFiles;
        this.managers = managers;
        this.redo = redo;
        this.log = log;
        this.options = options;
        this.world = world;
        this.lastBeginNanos = world.nanoTime();
        this.lastBeginLsn = dataFiles.redoPoint();
        this.enginesDurable = dataFiles.redoPoint();
        this.hold = new FileHold(dataFiles.pages(), requests,
                () -> heldBackBytes() > this.options.maxWalBytes(), this::wake);
    }

    /// Starts the role in its own thread, or in the simulator's turn. [#close] ends it.
    public void start() {
        start(role -> role);
    }

    /// The same for a host that watches it.
    ///
    /// @param watch puts a role that tells the host in front of this one
    public void start(UnaryOperator<Role> watch) {
        thread = world.start(watch.apply(this));
    }

    /// Asks for a checkpoint of all that is applied now.
    ///
    /// @param isImmediate without pauses; else it is spread as usual
    /// @return completes when its redo point is durable and reported
    public CompletableFuture<CheckpointReport> requestCheckpoint(boolean isImmediate) {
        return hold.isHeld() ? CompletableFuture.failedFuture(FileHold.held()) : woken(requests.add(isImmediate));
    }

    /// How data files are held for a copy.
    public FileHold hold() {
        return hold;
    }

    /// Asks for the last checkpoint: of everything before the log's fence, when redo has reached it.
    /// Nothing is reported to the log any more; the owner logs the shutdown when the report's redo
    /// point is the fence's place.
    ///
    /// @param fence takes no more appends and tells where the durable log ends
    public CompletableFuture<CheckpointReport> requestShutdown(Supplier<Lsn> fence) {
        // Before the fence: a report in between would append a record behind it.
        isReporting = false;
        engineFiles.end();
        acquire(reporting);
        reporting.release();
        return woken(requests.addShutdown(fence.get()));
    }

    /// The same for a log that refuses reports by itself behind its fence, which stands at `end`. Does
    /// not wait. A copy under way is void.
    public CompletableFuture<CheckpointReport> requestShutdown(Lsn end) {
        isReporting = false;
        endCopies();
        return woken(requests.addShutdown(end));
    }

    /// Whoever copies files has gone, or must not go on.
    public void endCopies() {
        hold.end();
        engineFiles.end();
    }

    /// Goes on after [#requestShutdown]: the log has ended, or not, and is there again.
    public void resume() {
        requests.resume();
        isReporting = true;
    }

    private CompletableFuture<CheckpointReport> woken(CompletableFuture<CheckpointReport> request) {
        wake();
        return request;
    }

    private void wake() {
        World.Running started = thread;
        if (started != null) {
            started.wake();
        }
    }

    /// Waits for a request's end. Not interruptible.
    public CheckpointReport await(CompletableFuture<CheckpointReport> request) throws IOException {
        return await(request, () -> { });
    }

    /// The same for one who may be called off.
    ///
    /// @param interrupts called now and then; what it throws ends the wait, not the checkpoint
    public CheckpointReport await(CompletableFuture<CheckpointReport> request, Runnable interrupts)
            throws IOException {
        Thread self = Thread.currentThread();
        request.whenComplete((_, _) -> world.unpark(self));
        while (!world.park(request::isDone, NAP.toNanos())) {
            interrupts.run();
        }
        return switch (request.state()) {
            case SUCCESS -> request.resultNow();
            case FAILED -> throw new IOException("checkpoint failed: " + request.exceptionNow().getMessage(),
                    request.exceptionNow());
            case CANCELLED, RUNNING -> throw new IOException("checkpoint was cancelled");
        };
    }

    /// From the next decision on.
    public void options(CheckpointOptions changed) {
        options = changed;
    }

    public CheckpointStatistics statistics() {
        return statistics;
    }

    /// Log that redo would have to read now, in bytes: what a checkpoint has not let go.
    public long heldBackBytes() {
        return log.flushLsn().minus(dataFiles.redoPoint());
    }

    @Override
    public String name() {
        return "checkpointer";
    }

    @Override
    public boolean hasWork() {
        if (hold.isHeld()) {
            return false;
        }
        RunningCheckpoint current = running;
        return current == null ? cause() != null : isDue(current);
    }

    private boolean isDue(RunningCheckpoint current) {
        return current.flushing.isWritten() || current.isImmediate || requests.isImmediate()
                || current.pace.isBehind(current.flushing.progress(), world.nanoTime(), log.flushLsn());
    }

    /// Why a checkpoint should begin now; null if none should.
    private @Nullable Cause cause() {
        Lsn shutdownAt = requests.shutdownAt();
        if (shutdownAt != null) {
            // Asked for once: when it is done, nobody waits.
            boolean isReached = log.layout().startOf(redo.position()).isAtLeast(log.layout().startOf(shutdownAt));
            return requests.isAny() && isReached ? Cause.SHUTDOWN : null;
        }
        if (requests.isAny()) {
            return Cause.REQUEST;
        }
        if (log.flushLsn().minus(lastBeginLsn) >= options.triggerBytes()) {
            return Cause.VOLUME;
        }
        boolean isTime = world.nanoTime() - lastBeginNanos >= options.timeout().toNanos();
        return isTime && redo.changes() != lastChanges ? Cause.TIME : null;
    }

    @Override
    public void step() throws IOException {
        RunningCheckpoint current = running;
        if (hold.isHeld()) {
            return;
        }
        if (current == null) {
            Cause cause = cause();
            if (cause != null) {
                begin(cause);
            }
        } else if (!current.flushing.isWritten()) {
            current.isImmediate |= requests.isImmediate();
            if (isDue(current)) {
                current.flushing.writeNext();
            }
        } else {
            finish(current);
        }
    }

    private void begin(Cause cause) {
        // What can fail comes before anybody is taken from those whom a failure tells.
        lastBeginLsn = log.flushLsn();
        abortLongTransactions();
        boolean isImmediate = requests.isImmediate();
        hold.begin();
        List<CompletableFuture<CheckpointReport>> waiting = requests.take();
        lastChanges = redo.changes();
        lastBeginNanos = world.nanoTime();
        // Before the dirty pages are listed: what is applied in between is in the list, and is
        // redone again all the same.
        Lsn position = redo.position();
        running = new RunningCheckpoint(cause, new CheckpointPace(options, lastBeginNanos, lastBeginLsn),
                position, dataFiles.pages().beginFlush(), isImmediate, waiting);
    }

    /// Those that would keep `pg_wal` above its size whatever else is done: their log can't go as
    /// long as redo may need it.
    private void abortLongTransactions() {
        long wal = options.maxWalBytes();
        if (Long.compareUnsigned(lastBeginLsn.value(), wal) > 0) {
            Lsn oldest = lastBeginLsn.plus(-wal);
            int aborted = log.abortTransactionsBefore(oldest);
            if (aborted > 0) {
                LOG.warn("transactions aborted that held back more log than max_wal_size: aborted={} before={}",
                        aborted, oldest);
            }
        }
    }

    private void finish(RunningCheckpoint current) throws IOException {
        current.writtenNanos = world.nanoTime();
        current.files = current.flushing.finish();
        current.syncedNanos = world.nanoTime();
        Lsn durable = Lsn.min(current.position, checkpointEngines(current.position));
        Lsn redoPoint = redoPoint(current, durable);
        // Pages, engines, state, report: the state must not name a redo point behind which anything
        // is not durable, and the log must not let go of what the durable state still needs.
        CheckpointReport report =
                new CheckpointReport(log.systemId(), log.history().timeline(), redoPoint);
        update(report);
        redo.checkpointed(durable);
        report(report);
        count(current, redoPoint);
        running = null;
        hold.grant();
        current.waiting.forEach(waiter -> waiter.complete(report));
    }

    private Lsn checkpointEngines(Lsn position) throws IOException {
        if (engineFiles.beginWriting()) {
            try {
                enginesDurable = managers.checkpoint(position);
            } finally {
                engineFiles.written();
            }
        }
        return enginesDurable;
    }

    private void report(CheckpointReport report) throws IOException {
        // Taken by somebody else means that a shutdown has been asked for.
        if (reporting.tryAcquire()) {
            try {
                if (isReporting) {
                    log.checkpointed(report);
                }
            } finally {
                reporting.release();
            }
        }
    }

    private Lsn redoPoint(RunningCheckpoint current, Lsn durable) {
        Lsn redoPoint = log.layout().startOf(redo.redoPoint(durable));
        if (durable.isBefore(current.position) && engineFiles.isHeld()) {
            current.heldBackBy = HeldBackBy.BASE_BACKUP;
        } else if (redoPoint.isBefore(log.layout().startOf(durable))) {
            current.heldBackBy = HeldBackBy.TRANSACTION;
        } else if (durable.isBefore(current.position)) {
            current.heldBackBy = HeldBackBy.RESOURCE_MANAGER;
        }
        return redoPoint;
    }

    private void update(CheckpointReport report) throws IOException {
        CheckpointerState before = dataFiles.stateFile().state();
        Lsn redoPoint = report.redo();
        if (redoPoint.isBefore(before.redoPoint())) {
            throw WalCorruptException.inFile("redo point would go back from " + before.redoPoint() + " to " + redoPoint,
                    StateFile.FILE_NAME, "A resource manager lost state that it had called durable; restart.");
        }
        dataFiles.stateFile().update(state ->
                state.next(report.timeline(), redoPoint, dataFiles.pages().newestWritten()));
    }

    private void count(RunningCheckpoint current, Lsn redoPoint) {
        int pages = current.flushing.written();
        Duration write = Duration.ofNanos(current.writtenNanos - current.pace.beginNanos());
        Duration sync = Duration.ofNanos(current.syncedNanos - current.writtenNanos);
        statistics = statistics.plus(current.cause, pages, current.files, write, sync, redoPoint, current.heldBackBy);
        LOG.info("checkpoint complete: cause={} pages={} files={} write={} ms sync={} ms redo={} log={} heldBackBy={}",
                current.cause, pages, current.files, write.toMillis(), sync.toMillis(), redoPoint,
                log.flushLsn(), current.heldBackBy);
    }

    @Override
    public Duration nap() {
        // A shutdown waits for redo, which doesn't wake us.
        return requests.isAny() ? SHORT_NAP : NAP;
    }

    @Override
    public void failed(Throwable cause) {
        RunningCheckpoint current = running;
        if (current != null) {
            current.waiting.forEach(waiter -> waiter.completeExceptionally(cause));
        }
        requests.fail(cause);
    }

    /// What ended the role, or null.
    public @Nullable Throwable failure() {
        World.Running started = thread;
        return started == null ? null : started.failure();
    }

    EngineFiles engineFiles() {
        return engineFiles;
    }

    private void acquire(Semaphore permit) {
        while (!permit.tryAcquire()) {
            world.park(() -> permit.availablePermits() > 0, SHORT_NAP.toNanos());
        }
    }

    /// Ends the role after the step under way. A checkpoint under way is given up, which is safe.
    @Override
    public void close() {
        // Redo may be waiting for it, and whoever closes that would wait too.
        endCopies();
        World.Running started = thread;
        if (started != null) {
            started.close();
        }
        failed(new IOException("the checkpointer was closed"));
    }
}
