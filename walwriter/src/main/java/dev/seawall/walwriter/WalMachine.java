package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.body.ClogZeroPage;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.OpenSegments;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.segments.SegmentPreparer;
import dev.seawall.walwriter.segments.SegmentSink;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// The parts of an open log, put together, and the roles that drive them.
final class WalMachine implements AutoCloseable {

    /// Insertions in flight: more than threads that a machine runs at once, however many wait.
    private static final int INSERTIONS = 1 << 14;

    final WalCounters counters = new WalCounters();
    final FlushProgress progress;
    final InsertPosition position;
    final InsertionPool pool = new InsertionPool();
    final Appender appender;
    final Xids xids;
    final Relations relations;
    final SegmentDirectory directory;
    final ArchiveStatus archiveStatus;
    final SegmentPreparer preparer;
    final WalFlusher flusher;

    private final PageLayout layout;
    final WalBuffers buffers;
    private final SegmentSink sink;
    private final WalTicker ticker;
    private final Gate gate;
    private final FutureCompleter completer;

    private final FlushTurn turn;
    private final World.Running flusherRunning;
    private final World.Running preparerRunning;
    private final World.Running tickerRunning;
    private final World.Running completerRunning;

    private final List<Runnable> flushListeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> readyListeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> failureListeners = new CopyOnWriteArrayList<>();

    WalMachine(StartedLog started, WalOptions options, Disk disk, World world) throws IOException {
        layout = started.layout();
        Lsn at = started.insertPosition();
        int timeline = started.history().timeline().value();
        Insertions insertions = new Insertions(INSERTIONS, at.value());
        completer = new FutureCompleter();
        progress = new FlushProgress(world, at, completer);
        CommitClock clock = new CommitClock(world, PgTime.of(started.lastCommitTime()));
        position = new InsertPosition(layout, insertions, clock, counters, at, started.previousRecord());
        gate = new Gate(world);
        buffers = new WalBuffers(options.bufferBytes(), layout, timeline, started.systemId(), insertions, progress,
                gate, counters, at);
        if (layout.offsetInPage(at) != 0) {
            buffers.load(layout.pageOf(at), started.lastPage());
        }
        directory = new SegmentDirectory(disk, started.walDirectory(), layout, started.history().timeline(),
                started.systemId());
        archiveStatus = new ArchiveStatus(disk, started.walDirectory());
        // A segment that the log ends in front of has no file yet.
        SegmentNumber last = layout.segmentOf(at.plus(-1));
        OpenSegments files = new OpenSegments(directory, options.flushPath(), layout.segmentOf(at));
        preparer = new SegmentPreparer(files, world, last, options.isInitZero(), archiveStatus, this::fail);
        preparer.discardLeftovers();
        sink = new SegmentSink(preparer, files);
        preparerRunning = world.start(preparer);
        appender = new Appender(layout, position, insertions, buffers, progress, preparer, preparerRunning::wake,
                gate, world, this::fail, counters, options.maxRedoLag());
        xids = new Xids(started.nextXid(), maxConnections(started, options), this::logClogPage,
                gate, progress);
        relations = new Relations(started.relationBlocks());
        ticker = new WalTicker(world, directory, archiveStatus, started.control(), options.isArchiving(),
                appender, position, progress, clock, () -> readyListeners.forEach(Runnable::run), this::fail);
        tickerRunning = world.start(ticker);
        preparer.onChange(this::segmentsChanged);
        segmentsChanged();
        flusher = new WalFlusher(insertions, buffers, progress, sink, at, this::flushed, counters, world,
                xids::openCount);
        flusher.commitDelay(options.commitDelay());
        turn = new FlushTurn(flusher, world, this::fail);
        flusherRunning = world.start(turn);
        turn.running(flusherRunning);
        progress.turn(turn);
        completerRunning = world.start(completer);
        completer.running(completerRunning);
    }

    static int maxConnections(StartedLog started, WalOptions options) {
        return options.maxConnections() == 0 ? started.control().controlFile().maxConnections()
                : options.maxConnections();
    }

    /// One at a time: the limits must never go back to what a slower caller saw.
    private synchronized void segmentsChanged() {
        SegmentNumber end = preparer.preparedEnd();
        position.limits(layout.startOf(end.plus(-SegmentPreparer.RESERVED_SEGMENTS)), layout.startOf(end));
        gate.open();
    }

    /// After each flush, in the flusher.
    private void flushed() {
        gate.open();
        if (ticker.isDue()) {
            tickerRunning.wake();
            preparerRunning.wake();
        }
        for (Runnable listener : flushListeners) {
            listener.run();
        }
    }

    private void logClogPage(int page) {
        withPlace(place -> {
            new ClogZeroPage(page).encode(place.record);
            appender.append(place, place.record);
            return place.endLsn();
        });
    }

    Lsn withPlace(Function<Insertion, Lsn> use) {
        Insertion place = pool.acquire();
        try {
            return use.apply(place);
        } finally {
            pool.release(place);
        }
    }

    void onFlush(Runnable listener) {
        flushListeners.add(listener);
    }

    void onSegmentReady(Runnable listener) {
        readyListeners.add(listener);
    }

    void onFailure(Runnable listener) {
        failureListeners.add(listener);
    }

    FlushPath flushPath() {
        return sink.inUse();
    }

    /// Ends what the log does by itself, so that nothing comes behind a shutdown checkpoint.
    void stopTicking() {
        tickerRunning.close();
    }

    /// Wakes the preparer: there is something to give up.
    void wakePreparer() {
        preparerRunning.wake();
    }

    /// Any Throwable of any role: the log is over for this process.
    void fail(Throwable cause) {
        if (progress.failure() != null) {
            return;
        }
        String problem = "the log failed at " + progress.durableRecordEnd() + ": " + cause.getMessage()
                + "\nHINT: What was committed and not acknowledged is unknown. Restart; recovery decides.";
        progress.fail(cause instanceof WalFailedException known ? known : new WalFailedException(problem, cause));
        gate.open();
        failureListeners.forEach(Runnable::run);
    }

    /// Order: nobody gets a place any more; all who have one finish copying and are durable, or the
    /// log has failed; all who still wait are told; only then do the parts go.
    @Override
    public void close() throws IOException {
        position.close();
        tickerRunning.close();
        try {
            if (progress.failure() == null) {
                progress.await(position.insertEnd().value());
            }
        } catch (WalFailedException e) {
            // Latched, and told to everybody who waited; the files are closed all the same.
        } finally {
            closeParts();
        }
    }

    private void closeParts() throws IOException {
        boolean isCopied = progress.failure() == null;
        progress.fail(new WalFailedException("the log is closed", null));
        gate.open();
        flusherRunning.close();
        // A committer may be in the middle of a flush: the sink must not go before it comes out.
        turn.end();
        preparerRunning.close();
        completerRunning.close();
        // What the thread left: whoever waits for a future waits for ever otherwise.
        completer.step();
        sink.close();
        ticker.close();
        preparer.close();
        pool.close();
        if (isCopied) {
            buffers.close();
        }
        // Else somebody may still be copying into them: they go when nobody can reach them any more.
    }
}
