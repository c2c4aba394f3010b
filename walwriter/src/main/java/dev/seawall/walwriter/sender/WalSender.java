package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// A physical stream: sends what is durable as soon as it is, until one of the two ends it.
final class WalSender {

    /// Parked for so long with nothing to send, it frees its memory.
    private static final Duration RESTING = Duration.ofSeconds(1);
    /// Redo may be a little behind. Woken at each flush, it and its stream would take the processors from
    /// those who commit: with two of them and one client, half of its commits.
    private static final Duration GATHERING = Duration.ofMillis(10);

    private final StreamPeer peer;
    private final MessageOutput out;
    private final DurableLog log;
    private final World world;
    private WalStream stream;
    /// The history that the stream's end was taken from.
    private TimelineHistory history;
    private final WalPieces pieces;
    private final StandbyProgress progress;

    WalSender(StreamPeer peer, DurableLog log, World world, WalStream stream, WalPieces pieces) {
        this.peer = peer;
        this.out = peer.out();
        this.log = log;
        this.world = world;
        this.stream = stream;
        this.history = log.history();
        this.pieces = pieces;
        this.progress = peer.progress();
    }

    /// Streams to the end of the copy.
    ///
    /// @return whether the timeline was left, and the client said that it has taken note
    boolean run() throws IOException {
        peer.begin();
        while (!peer.replies().isDone()) {
            peer.checkEnding();
            peer.endIfDrained(progress.sent(), progress.sent());
            Lsn limit = limit();
            if (progress.sent().isBefore(limit)) {
                send(progress.sent(), limit);
                peer.answer(limit);
            } else if (progress.sent().equals(stream.end())) {
                endOfTimeline();
                return true;
            } else {
                peer.caughtUp();
                peer.answer(limit);
                await();
            }
        }
        peer.replies().check();
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

    private void await() {
        if (peer.isCheckpointer()) {
            peer.gather(GATHERING);
        }
        if (!peer.await(this::isMoreThere, RESTING)) {
            pieces.rest();
            peer.await(this::isMoreThere);
        }
    }

    private boolean isMoreThere() {
        return log.flushLsn().isAfter(progress.sent()) || log.history() != history;
    }

    /// The timeline was left here: both end the copy, and the client takes note before it hears which is
    /// the next.
    private void endOfTimeline() throws IOException {
        out.begin('c').end();
        out.flush();
        pieces.rest();
        peer.awaitEnd();
    }
}
