package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.subscription.SlotDecoder;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// A logical stream: sends what committed as soon as that is durable, until one of the two ends it.
///
/// A decoder writes into it, and waits in the socket for a slow client: so much is decoded as the client
/// takes.
final class LogicalSender {

    /// A text of more is sent from where it is, at once.
    private static final int GATHERED_BYTES_MAX = 4096;
    /// A decoder that waits for space on a full disk is asked again.
    private static final Duration STALLED = Duration.ofSeconds(1);

    private final StreamPeer peer;
    private final MessageOutput out;
    private final DurableLog log;
    private final World world;
    private final StandbyProgress progress;

    /// End of the last that the client was sent: who has confirmed this lacks nothing.
    private Lsn told = Lsn.INVALID;
    /// What the client was last told as the end of the log.
    private Lsn announced = Lsn.INVALID;

    LogicalSender(StreamPeer peer, DurableLog log, World world) {
        this.peer = peer;
        this.out = peer.out();
        this.log = log;
        this.world = world;
        this.progress = peer.progress();
    }

    /// Streams to the end of the copy.
    void run(SlotDecoder decoder) throws IOException {
        peer.begin();
        while (!peer.replies().isDone()) {
            peer.checkEnding();
            if (decoder.hasWork()) {
                decoder.step();
                progress.sent(decoder.position(), world.nanoTime());
                out.flush();
                peer.answer(decoder.position());
            } else {
                peer.endIfDrained(decoder.position(), told);
                idle(decoder);
            }
        }
        peer.replies().check();
        out.begin('c').end();
    }

    private void idle(SlotDecoder decoder) throws IOException {
        Lsn position = decoder.position();
        boolean isAtEnd = position.isAtLeast(log.flushLsn());
        if (isAtEnd) {
            peer.caughtUp();
        }
        if (position.isAfter(announced)) {
            // Also when nothing of it was for the client: it confirms, and the slot needs no log before.
            announced = position;
            peer.keepalive(position, false);
        }
        peer.answer(position);
        if (isAtEnd) {
            peer.await(decoder::hasWork);
        } else {
            peer.await(decoder::hasWork, STALLED);
        }
    }

    /// What the decoder tells.
    void write(Lsn lsn, long xid, ByteBuffer text) throws IOException {
        // A transaction may be long, and the client slow.
        peer.checkEnding();
        peer.answer(progress.sent());
        out.begin('d').int8('w').int64(lsn.value()).int64(lsn.value()).int64(PgTime.of(world.now()));
        if (text.remaining() <= GATHERED_BYTES_MAX) {
            out.bytes(text).end();
        } else {
            out.endWith(text);
        }
        told = Lsn.max(told, lsn);
    }
}
