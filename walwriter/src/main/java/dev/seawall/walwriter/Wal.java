package dev.seawall.walwriter;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.xlog.RestorePoint;
import dev.seawall.wal.record.xlog.SegmentSwitch;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The write-ahead log, open for appending.
///
/// ```
/// append --reserve--> InsertPosition --copy--> WalBuffers --announce--> Insertions
///                                                  |                        |
/// commit --await--> FlushProgress <--durable-- WalFlusher --write, sync--> LogSink
/// ```
///
/// Thread-safe; callers may be virtual threads. An LSN returned by an append is durable once
/// [#flush] of it has returned. Any failure to write is final: every call from then on throws
/// [WalFailedException], [#failure] tells it, and the host must end the log and start anew.
public final class Wal implements DurableLog, AutoCloseable {

    private static final String RESERVED_PREFIX = "seawall.";

    private final StartedLog started;
    private final Disk disk;
    private final World world;
    private final WalMachine machine;
    private final Checkpoints checkpoints;
    private volatile CommitWait commitWait = CommitWait.NONE;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Wal(StartedLog started, WalOptions options, Disk disk, World world) throws IOException {
        this.started = started;
        this.disk = disk;
        this.world = world;
        this.machine = new WalMachine(started, options, disk, world);
        this.checkpoints = new Checkpoints(started, options, machine, world);
    }

    /// Opens the log behind the end that was found; owns what `started` holds from now on. Logs what
    /// must come first: the end of recovery on a new timeline, and which transactions run (none).
    public static Wal open(StartedLog started, WalOptions options, Disk disk, World world) throws IOException {
        Wal wal;
        try {
            wal = new Wal(started, options, disk, world);
        } catch (Throwable t) {
            started.close();
            throw t;
        }
        try {
            wal.checkpoints.opened();
        } catch (Throwable t) {
            wal.close();
            throw t;
        }
        return wal;
    }

    @Override
    public long systemId() {
        return started.systemId();
    }

    /// The current timeline with its ancestors.
    @Override
    public TimelineHistory history() {
        return started.history();
    }

    @Override
    public PageLayout layout() {
        return started.layout();
    }

    public Transaction begin() {
        return new WalTransaction(this, machine.xids, machine.appender, machine.pool, machine.progress,
                machine.relations);
    }

    /// Logs a message outside transactions: it takes effect where it stands, once durable.
    ///
    /// @return its end LSN
    public Lsn message(String prefix, ByteBuffer content) {
        return machine.withPlace(place -> {
            LogicalMessage.encode(place.record, 0, prefixBytes(prefix), content);
            machine.appender.append(place, place.record);
            return place.endLsn();
        });
    }

    /// The same for many messages of one prefix.
    public MessageAppender messages(String prefix) {
        return new MessageAppender(prefixBytes(prefix), machine);
    }

    /// @throws IllegalArgumentException if the prefix is one of the log's own: a client's message must
    ///         not pass for evidence
    static byte[] prefixBytes(String prefix) {
        if (prefix.startsWith(RESERVED_PREFIX)) {
            throw new IllegalArgumentException("prefix \"" + prefix + "\" is reserved for the log's own messages"
                    + "\nHINT: Choose one that does not begin with \"" + RESERVED_PREFIX + "\".");
        }
        return prefix.getBytes(StandardCharsets.UTF_8);
    }

    /// Grows a relation to `blocks` blocks by logging images of empty pages, outside transactions.
    public void extend(RelationId relation, int blocks) {
        machine.withPlace(place -> {
            machine.relations.extend(relation, blocks, machine.appender, place);
            return Lsn.INVALID;
        });
    }

    /// Blocks of a relation; 0 if it does not exist.
    @Override
    public int blocksOf(RelationId relation) {
        return machine.relations.blocksOf(relation);
    }

    /// Appends any finished record. For what has no method of its own, and for tests.
    public Lsn append(EncodedRecord record) {
        return machine.withPlace(place -> {
            machine.appender.append(place, record);
            return place.endLsn();
        });
    }

    /// Waits until everything before `upTo` is durable.
    public void flush(Lsn upTo) {
        checkInserted(upTo);
        machine.progress.await(upTo.value());
    }

    /// Completes, in a thread of the log's own, when everything before `upTo` is durable.
    public CompletableFuture<Lsn> flushed(Lsn upTo) {
        checkInserted(upTo);
        return machine.progress.future(upTo.value());
    }

    private void checkInserted(Lsn upTo) {
        if (upTo.isAfter(insertLsn())) {
            throw new IllegalArgumentException("flush to " + upTo + " is beyond the log's end " + insertLsn());
        }
    }

    /// End of the last reserved record.
    public Lsn insertLsn() {
        return machine.position.insertEnd();
    }

    /// End of the last durable record: all before it may be streamed, archived, redone.
    @Override
    public Lsn flushLsn() {
        return machine.progress.durableRecordEnd();
    }

    @Override
    public Lsn nextLsn() {
        return flushLsn();
    }

    /// End of the last record that is not one of the log's own: while it stands still there is nothing
    /// that somebody would miss.
    public Lsn lastImportantLsn() {
        return machine.position.importantEnd();
    }

    /// Calls back, in the thread that flushed and briefly, whenever [#flushLsn] has moved.
    @Override
    public void onFlush(Runnable listener) {
        machine.onFlush(listener);
    }

    /// Calls back when a segment was marked `.ready`.
    public void onSegmentReady(Runnable listener) {
        machine.onSegmentReady(listener);
    }

    /// Who tells how far redo has come: while it is more than `max_redo_lag` behind, appends slow
    /// down.
    public void redoPosition(LongSupplier applied) {
        machine.appender.applied(applied);
    }

    /// Whom commits wait for from now on, besides this log's disk; [CommitWait#NONE]: nobody.
    public void commitWait(CommitWait wait) {
        commitWait = wait;
    }

    CommitWait commitWait() {
        return commitWait;
    }

    /// Takes changed options, as far as they can change while the log is open: what is kept, removed and
    /// recycled from the next checkpoint on, the lag of redo that slows appends down, and how long a flush
    /// waits for more commits.
    public void options(WalOptions changed) {
        machine.appender.maxRedoLag(changed.maxRedoLag());
        machine.flusher.commitDelay(changed.commitDelay());
        checkpoints.options(changed);
    }

    /// A reader of the durable log from a record's start or end on. Its limit is [#flushLsn] now; the
    /// caller moves it on, and closes the reader.
    public WalReader read(Lsn from) {
        SegmentFiles files = new SegmentFiles(disk, started.walDirectory(), layout(), history());
        WalReader reader = new WalReader(new RecentPages(machine.buffers, files), layout());
        reader.limit(flushLsn());
        reader.seek(from);
        return reader;
    }

    /// Redo point of the last checkpoint: where a start would have redo begin, and the oldest place of
    /// which log is certainly there.
    @Override
    public Lsn redoPoint() {
        return checkpoints.redo();
    }

    @Override
    public FlushPath flushPath() {
        return machine.flushPath();
    }

    /// Calls back at each checkpoint with its redo point, before any log is given up. The listener may not
    /// wait.
    @Override
    public void onCheckpoint(Consumer<Lsn> listener) {
        checkpoints.onCheckpoint(listener);
    }

    /// Keeps the log from `from` on until the claim is given up or moved.
    ///
    /// @param name who needs it, for people
    @Override
    public Retention retain(String name, Lsn from) {
        return checkpoints.retain(name, from);
    }

    /// Ends the current segment; the next record begins in the next. Nothing happens at a
    /// segment's start. Durable when it returns.
    ///
    /// @return the end LSN of the switch record, or the current position
    public Lsn switchSegment() {
        return machine.withPlace(place -> {
            SegmentSwitch.encode(place.record);
            Lsn end = machine.appender.appendSwitch(place, place.record);
            machine.progress.await(end.value());
            return end;
        });
    }

    /// Logs a named point that recovery may stop at, durably.
    ///
    /// @return its end LSN
    public Lsn restorePoint(String name) {
        Lsn end = machine.withPlace(place -> {
            new RestorePoint(0, name).encode(place.record);
            machine.appender.appendTimed(place, place.record, false);
            return place.endLsn();
        });
        flush(end);
        return end;
    }

    /// Logs a checkpoint with the reported redo point, updates the control file, gives up segments.
    ///
    /// @return start of the checkpoint record
    /// @throws IllegalArgumentException if the report goes backwards or is another cluster's
    /// @throws IllegalStateException    behind the [#fence]
    @Override
    public Lsn checkpointed(CheckpointReport report) throws IOException {
        return checkpoints.online(report);
    }

    /// The control file as it is now: the last checkpoint, and where its record is.
    public ControlFile control() {
        return started.control().controlFile();
    }

    /// Takes no more appends, and aborts the transactions that are open.
    ///
    /// @return the log's end: what redo must reach, and the checkpointer confirm, before [#shutdown]
    public Lsn fence() {
        machine.position.fence();
        for (WalTransaction transaction : machine.xids.openTransactions()) {
            transaction.abortBecause("the log was shut down");
        }
        return checkpoints.end();
    }

    /// Logs the shutdown checkpoint, when everything before the log's end is durable elsewhere; then
    /// the next start has nothing to redo. After [#fence].
    ///
    /// @throws IllegalArgumentException if the report's redo point is not the log's end
    public void shutdown(CheckpointReport report) throws IOException {
        checkpoints.shutdown(report);
    }

    /// Aborts every transaction whose first record lies before `lsn`: it would hold back too much log.
    ///
    /// @return how many
    @Override
    public int abortTransactionsBefore(Lsn lsn) {
        int aborted = 0;
        for (WalTransaction transaction : machine.xids.openTransactions()) {
            Lsn first = transaction.firstLsn();
            if (first != null && first.isBefore(lsn)) {
                transaction.abortBecause("the transaction was aborted because it held back too much log from " + first);
                aborted++;
            }
        }
        return aborted;
    }

    /// Whether the last try to prepare a segment found the disk full.
    public boolean isOutOfSpace() {
        return machine.preparer.isOutOfSpace();
    }

    public WalCounters counters() {
        return machine.counters;
    }

    /// What made the log unusable, or null.
    @Override
    public @Nullable WalFailedException failure() {
        return machine.progress.failure();
    }

    /// Latches a failure of somebody without whom the log must not go on, as its own would be.
    @Override
    public void fail(Throwable cause) {
        machine.fail(cause);
    }

    /// Calls back once when the log fails.
    @Override
    public void onFailure(Runnable listener) {
        machine.onFailure(listener);
    }

    World world() {
        return world;
    }

    PageRun newPageRun(long xid) {
        Path spill = started.walDirectory().resolve(SegmentDirectory.TEMPORARY_PREFIX + "run." + xid);
        return new PageRun(disk, spill);
    }

    /// Flushes what was appended and stops; whoever appends or waits meanwhile is told. Without
    /// [#shutdown] before it, the next start is one after a crash, which loses nothing.
    @Override
    public void close() throws IOException {
        if (isClosed.compareAndSet(false, true)) {
            try {
                machine.close();
            } finally {
                started.close();
            }
        }
    }
}
