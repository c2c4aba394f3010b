package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
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
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The client of a stream, as its sender has it: how far it is, signs of life both ways, what ends the
/// stream, and waiting.
///
/// The session's thread sends, waiting in the socket for a slow client and parked for the log; a second
/// one reads replies ([StandbyReplies]). The log's flusher only looks whether this one is parked.
final class StreamPeer {

    /// The timeout may be changed meanwhile: no longer without a look.
    private static final Duration LONGEST_PARK = Duration.ofSeconds(10);

    private final ReplicationConnection connection;
    private final MessageOutput out;
    private final DurableLog log;
    private final World world;
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

    /// @param from       where the stream begins
    /// @param timeout    `wal_sender_timeout`, which may change; zero: none
    /// @param onFlushed  told what the client has for good
    /// @param onProgress called when it has caught up, and at each of its reports
    StreamPeer(ReplicationConnection connection, DurableLog log, World world, Lsn from, Supplier<Duration> timeout,
            boolean isCheckpointer, Consumer<Lsn> onFlushed, Runnable onProgress) {
        this.connection = connection;
        this.out = connection.out();
        this.log = log;
        this.world = world;
        this.timeout = timeout;
        this.isCheckpointer = isCheckpointer;
        this.onProgress = onProgress;
        this.progress = new StandbyProgress(from);
        this.replies = new StandbyReplies(connection.in(), world, progress, onFlushed, this::replied);
    }

    boolean isCheckpointer() {
        return isCheckpointer;
    }

    MessageOutput out() {
        return out;
    }

    StandbyProgress progress() {
        return progress;
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

    /// What reads the replies: to be run in a thread of its own before the sender begins.
    StandbyReplies replies() {
        return replies;
    }

    // What others say to it.

    /// Called when there is more to send; costs a look if the sender isn't parked for that.
    void wake() {
        if (isParked) {
            world.unpark(thread);
        }
    }

    private void replied() {
        onProgress.run();
        wakeNow();
    }

    /// Called by whoever has changed something else that the sender waits for.
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

    // The sender's.

    /// Begins the copy.
    void begin() throws IOException {
        out.begin('W').int8(0).int16(0).end();
        out.flush();
        progress.state("catchup");
    }

    /// All there is was sent.
    void caughtUp() {
        if (progress.state("streaming")) {
            onProgress.run();
        }
    }

    /// @throws SqlException what the client is told when the stream must end at once
    void checkEnding() {
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
    }

    /// Ends the stream of a log that was shut down when its client has all of it.
    ///
    /// @param done   how far it was streamed
    /// @param wanted what the client must have of that
    void endIfDrained(Lsn done, Lsn wanted) throws IOException {
        Lsn end = drainTo;
        if (end != null && done.isAtLeast(end)) {
            // The checkpointer has confirmed the end already; it reports a redo point as flushed.
            if (isCheckpointer || progress.replicated().isAtLeast(wanted)) {
                Replies.complete(out, "COPY 0");
                out.flush();
                throw new EOFException("the log was shut down and is streamed to its end");
            }
        }
    }

    /// Signs of life: those the client asked for, and those it is asked for.
    ///
    /// @param end what it is told as the end of the log
    void answer(Lsn end) throws IOException {
        if (replies.takeReplyWanted()) {
            keepalive(end, false);
        }
        long last = replies.lastNanos();
        if (isAsked && last != askedAfter) {
            isAsked = false;
        }
        boolean isDue = drainTo != null && progress.sent().equals(end)
                || !timeout.get().isZero() && world.nanoTime() - last >= timeout.get().toNanos() / 2;
        if (isDue && !isAsked) {
            isAsked = true;
            askedAfter = last;
            keepalive(end, true);
        }
    }

    void keepalive(Lsn end, boolean isReplyWanted) throws IOException {
        out.begin('d').int8('k').int64(end.value()).int64(PgTime.of(world.now())).int8(isReplyWanted ? 1 : 0).end();
        out.flush();
    }

    /// Waits for more to send, or for anything else that the sender must look at.
    ///
    /// @return whether there is anything
    boolean await(BooleanSupplier isMoreThere, Duration atMost) {
        return parked(() -> isMoreThere.getAsBoolean() || isUrgent() || slotLostNanos != 0,
                Math.min(atMost.toNanos(), parkNanos()));
    }

    /// The same without a limit of its own.
    boolean await(BooleanSupplier isMoreThere) {
        return await(isMoreThere, LONGEST_PARK);
    }

    private boolean parked(BooleanSupplier condition, long nanos) {
        isParked = true;
        try {
            return world.park(condition, nanos);
        } finally {
            isParked = false;
        }
    }

    /// Waits a little for more to gather.
    void gather(Duration time) {
        isGathering = true;
        try {
            world.park(() -> isUrgent() || drainTo != null, time.toNanos());
        } finally {
            isGathering = false;
        }
    }

    private boolean isUrgent() {
        return replies.isDone() || replies.isReplyWanted() || connection.isTerminated() || log.failure() != null
                || drainTo != null && (!isAsked || replies.lastNanos() != askedAfter);
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

    /// Waits until the client has ended the copy, too.
    void awaitEnd() throws IOException {
        while (!parked(() -> replies.isDone() || connection.isTerminated(), LONGEST_PARK.toNanos())) {
            // Only the silence of the client ends this otherwise, and another looks to that.
        }
        if (!replies.isDone()) {
            connection.checkInterrupts();
        }
        replies.check();
    }
}
