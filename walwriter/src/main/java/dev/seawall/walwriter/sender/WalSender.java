package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.cluster.Senders.Sender;
import dev.seawall.walwriter.session.ReplicationConnection;
import dev.seawall.walwriter.syncrep.Standby;
import dev.seawall.walwriter.syncrep.SyncRep.SyncState;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One stream: sends what is durable as soon as it is, until one of the two ends it.
///
/// The session's thread sends, waiting in the socket for a slow client and parked for the log; a second
/// one reads replies ([StandbyReplies]). The log's flusher only looks whether this one is parked.
final class WalSender {

    /// Parked for so long with nothing to send, it frees its memory.
    private static final Duration RESTING = Duration.ofSeconds(1);
    /// The timeout may be changed meanwhile: no longer without a look.
    private static final Duration LONGEST_PARK = Duration.ofSeconds(10);
    /// Redo may be a little behind. Woken at each flush, it and its stream would take the processors from
    /// those who commit: with two of them and one client, half of its commits.
    private static final Duration GATHERING = Duration.ofMillis(10);

    private final ReplicationConnection connection;
    private final MessageOutput out;
    private final DurableLog log;
    private final World world;
    private WalStream stream;
    /// The history that the stream's end was taken from.
    private TimelineHistory history;
    private final WalPieces pieces;
    private final Supplier<Duration> timeout;
    private final boolean isCheckpointer;
    private final Runnable onProgress;
    private final Thread thread = Thread.currentThread();
    private final StandbyProgress progress;
    private final StandbyReplies replies;

    private volatile boolean isParked;
    private volatile boolean isGathering;
    /// Its slot has lost its log, when; 0 if it has not.
    private volatile long slotLostNanos;
    /// When the log is at its end for good: how far to stream before ending.
    private volatile @Nullable Lsn drainTo;
    /// Last reply when the client was asked for one: once is enough.
    private long askedAfter;
    private boolean isAsked;

    /// @param onFlushed  told what the client has for good
    /// @param onProgress called when it has caught up, and at each of its reports
    WalSender(ReplicationConnection connection, DurableLog log, World world, WalStream stream, WalPieces pieces,
            Supplier<Duration> timeout, boolean isCheckpointer, Consumer<Lsn> onFlushed, Runnable onProgress) {
        this.connection = connection;
        this.out = connection.out();
        this.log = log;
        this.world = world;
        this.stream = stream;
        this.history = log.history();
        this.pieces = pieces;
        this.timeout = timeout;
        this.isCheckpointer = isCheckpointer;
        this.onProgress = onProgress;
        this.progress = new StandbyProgress(stream.from());
        this.replies = new StandbyReplies(connection.in(), world, progress, onFlushed, this::replied);
    }

    boolean isCheckpointer() {
        return isCheckpointer;
    }

    Lsn applied() {
        return progress.apply();
    }

    Sender view(SyncState sync) {
        return progress.view(connection.pid(), sync);
    }

    int pid() {
        return connection.pid();
    }

    /// Whether commits may wait for it, if it is named. A copy of the cluster under way is none yet.
    boolean isStandby() {
        return !isCheckpointer && !connection.applicationName().equals("pg_basebackup");
    }

    Standby standby() {
        return progress.standby(connection.pid(), connection.applicationName());
    }

    /// What reads the replies: to be run in a thread of its own before [#run].
    Runnable replies() {
        return replies;
    }

    /// Called when there is more to send; costs a look if it isn't parked for that.
    void wake() {
        if (isParked) {
            world.unpark(thread);
        }
    }

    private void replied() {
        onProgress.run();
        wakeNow();
    }

    /// Called by whoever has changed something else that this waits for.
    void wakeNow() {
        if (isParked || isGathering) {
            world.unpark(thread);
        }
    }

    /// The log takes no more: stream up to `end`, see it received, and end.
    void drain(Lsn end) {
        drainTo = end;
        wakeNow();
    }

    /// Ends the connection of a client that has said nothing for longer than the timeout. Not by the
    /// sender's own thread: it may be waiting for just this client.
    void cutOffIfSilent(Duration limit) {
        if (!limit.isZero() && world.nanoTime() - replies.lastNanos() > limit.toNanos()) {
            connection.cutOff();
        }
    }

    /// Its slot's log was given up.
    void slotLost() {
        slotLostNanos = world.nanoTime() | 1;
        wakeNow();
    }

    /// Ends the connection of a client that does not even take the word that its slot was lost.
    void cutOffIfLost(Duration patience) {
        long lost = slotLostNanos;
        if (lost != 0 && world.nanoTime() - lost > patience.toNanos()) {
            connection.cutOff();
        }
    }

    void cutOff() {
        connection.cutOff();
    }

    /// Streams to the end of the copy.
    ///
    /// @return whether the timeline was left, and the client said that it has taken note
    boolean run() throws IOException {
        out.begin('W').int8(0).int16(0).end();
        out.flush();
        progress.state("catchup");
        while (!replies.isDone()) {
            checkEnding();
            Lsn limit = limit();
            if (progress.sent().isBefore(limit)) {
                send(progress.sent(), limit);
                answer(limit);
            } else if (progress.sent().equals(stream.end())) {
                endOfTimeline();
                return true;
            } else {
                if (progress.state("streaming")) {
                    onProgress.run();
                }
                answer(limit);
                await();
            }
        }
        replies.check();
        out.begin('c').end();
        return false;
    }

    /// How far to stream now. A standby's log may have gone on on another timeline, and this stream's timeline
    /// have an end since.
    private Lsn limit() {
        Lsn durable = log.flushLsn();
        // Behind the position: who sees a new timeline's log sees its history too.
        TimelineHistory now = log.history();
        if (now != history) {
            history = now;
            stream = stream.in(now);
        }
        return Lsn.min(stream.end(), durable);
    }

    WalStream stream() {
        return stream;
    }

    private void checkEnding() throws IOException {
        if (connection.isTerminated()) {
            connection.checkInterrupts();
        }
        if (log.failure() != null) {
            throw SqlException.fatal(SqlState.CRASH_SHUTDOWN, "terminating connection because the log has failed");
        }
        if (slotLostNanos != 0) {
            throw SqlException.fatal(SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command")
                    .withDetail("Its replication slot exceeded max_slot_wal_keep_size and was invalidated.");
        }
        Lsn end = drainTo;
        if (end != null && progress.sent().isAtLeast(end)) {
            // The checkpointer has confirmed the end already; it reports a redo point as flushed.
            if (isCheckpointer || progress.replicated().isAtLeast(end)) {
                Replies.complete(out, "COPY 0");
                out.flush();
                throw new EOFException("the log was shut down and is streamed to its end");
            }
        }
    }

    private void send(Lsn from, Lsn limit) throws IOException {
        Lsn to = from.plus(WalPieces.BYTES_MAX);
        // Whole pages, but for the last piece, which ends where a record does.
        to = to.isBefore(limit) ? new Lsn(to.value() & -PageLayout.PAGE_BYTES) : limit;
        // Before the message begins: it may not be there any more.
        ByteBuffer piece = pieces.read(from, to);
        out.begin('d').int8('w').int64(from.value()).int64(limit.value()).int64(PgTime.of(world.now()));
        out.endWith(piece);
        progress.sent(to, world.nanoTime());
    }

    /// Signs of life: those the client asked for, and those it is asked for.
    private void answer(Lsn limit) throws IOException {
        if (replies.takeReplyWanted()) {
            keepalive(limit, false);
        }
        long last = replies.lastNanos();
        if (isAsked && last != askedAfter) {
            isAsked = false;
        }
        boolean isDue = drainTo != null && progress.sent().equals(limit)
                || !timeout.get().isZero() && world.nanoTime() - last >= timeout.get().toNanos() / 2;
        if (isDue && !isAsked) {
            isAsked = true;
            askedAfter = last;
            keepalive(limit, true);
        }
    }

    private void keepalive(Lsn limit, boolean isReplyWanted) throws IOException {
        out.begin('d').int8('k').int64(limit.value()).int64(PgTime.of(world.now())).int8(isReplyWanted ? 1 : 0).end();
        out.flush();
    }

    private void await() {
        if (isCheckpointer) {
            gather();
        }
        isParked = true;
        try {
            if (!world.park(this::isWorkThere, Math.min(RESTING.toNanos(), parkNanos()))) {
                pieces.rest();
                world.park(this::isWorkThere, parkNanos());
            }
        } finally {
            isParked = false;
        }
    }

    private void gather() {
        isGathering = true;
        try {
            world.park(this::isUrgent, GATHERING.toNanos());
        } finally {
            isGathering = false;
        }
    }

    private boolean isUrgent() {
        return replies.isDone() || replies.isReplyWanted() || connection.isTerminated() || log.failure() != null
                || drainTo != null;
    }

    /// Until the client is to be asked for a sign of life, or the timeout may have changed.
    private long parkNanos() {
        Duration limit = timeout.get();
        if (limit.isZero() || isAsked) {
            return LONGEST_PARK.toNanos();
        }
        long left = replies.lastNanos() + limit.toNanos() / 2 - world.nanoTime();
        return Math.clamp(left, 1, LONGEST_PARK.toNanos());
    }

    private boolean isWorkThere() {
        return log.flushLsn().isAfter(progress.sent()) || log.history() != history
                || replies.isDone() || replies.isReplyWanted()
                || connection.isTerminated() || log.failure() != null || slotLostNanos != 0
                || drainTo != null && (!isAsked || replies.lastNanos() != askedAfter);
    }

    /// The timeline was left here: both end the copy, and the client takes note before it hears which is
    /// the next.
    private void endOfTimeline() throws IOException {
        out.begin('c').end();
        out.flush();
        pieces.rest();
        isParked = true;
        try {
            while (!world.park(() -> replies.isDone() || connection.isTerminated(), LONGEST_PARK.toNanos())) {
                // Only the silence of the client ends this otherwise, and another looks to that.
            }
        } finally {
            isParked = false;
        }
        if (!replies.isDone()) {
            connection.checkInterrupts();
        }
        replies.check();
    }
}
