package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.CopyBoth;
import dev.seawall.walwriter.client.Result;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A stream of one timeline of a server's log.
///
/// One thread receives; any may reply. After an [IOException] the stream and its connection are of no
/// further use.
public final class WalStreamClient implements AutoCloseable {

    private record Positions(Lsn written, Lsn flushed, Lsn applied) {}

    private final CopyBoth copy;
    private final World world;
    private final Duration timeout;
    private final @Nullable StreamWatch watch;
    private final World.@Nullable Running watching;
    private final ReentrantLock replying = new ReentrantLock();
    private volatile Positions last;
    private volatile boolean isTimedOut;
    private Lsn next;

    /// @param from   where the stream begins
    /// @param cutOff ends the connection
    WalStreamClient(CopyBoth copy, Lsn from, Duration timeout, World world, Runnable cutOff) {
        this.copy = copy;
        this.world = world;
        this.timeout = timeout;
        this.next = from;
        this.last = new Positions(from, Lsn.INVALID, Lsn.INVALID);
        if (timeout.isZero()) {
            watch = null;
            watching = null;
        } else {
            watch = new StreamWatch(world, timeout, this::ask, () -> {
                isTimedOut = true;
                cutOff.run();
            });
            watching = world.start(watch);
        }
    }

    /// Where the next piece will begin: end of what was received.
    public Lsn received() {
        return next;
    }

    /// Whether the next message is there already, as a whole, so that [#receive] will not wait. False may be
    /// wrong: what the kernel still has is not known here.
    public boolean hasMore() {
        return copy.in().hasMessage();
    }

    /// Waits for the next message.
    ///
    /// @throws dev.seawall.walwriter.client.ServerException if the server ends the stream with an error, such as
    ///         58P01: the log was removed already
    /// @throws SocketTimeoutException if the server was silent for longer than the timeout
    /// @throws IOException if the connection is lost, was closed here, or yields what is no stream
    public StreamMessage receive() throws IOException {
        try {
            if (!copy.next()) {
                return endOfTimeline();
            }
            if (watch != null) {
                watch.heard();
            }
            return message(copy.in());
        } catch (SqlException e) {
            throw new ProtocolException("the stream of the log holds what is no message of it: " + e.problem());
        } catch (IOException e) {
            if (isTimedOut) {
                SocketTimeoutException silence = new SocketTimeoutException(
                        "terminating walreceiver due to timeout: the server was silent for " + timeout.toMillis()
                                + " ms");
                silence.initCause(e);
                throw silence;
            }
            throw e;
        }
    }

    private StreamMessage message(MessageInput in) throws IOException {
        int kind = in.int8();
        switch (kind) {
            case 'w' -> {
                Lsn start = new Lsn(in.int64());
                Lsn serverEnd = new Lsn(in.int64());
                Instant sentAt = PgTime.toInstant(in.int64());
                ByteBuffer bytes = in.rest();
                if (!start.equals(next)) {
                    throw new ProtocolException(
                            "the stream goes on at " + start + ", but was received up to " + next);
                }
                next = start.plus(bytes.remaining());
                return new StreamMessage.Piece(start, serverEnd, sentAt, bytes);
            }
            case 'k' -> {
                return new StreamMessage.Keepalive(new Lsn(in.int64()), PgTime.toInstant(in.int64()), in.int8() != 0);
            }
            default -> throw new ProtocolException(
                    "unknown message \"" + MessageInput.printable(kind) + "\" in the stream of the log");
        }
    }

    private StreamMessage endOfTimeline() throws IOException {
        stopWatching();
        Result result = copy.end();
        if (result.rows().isEmpty()) {
            throw new EOFException("the server ended the stream at " + next + " and named no next timeline");
        }
        List<@Nullable String> row = result.rows().getFirst();
        String timeline = row.size() == 2 ? row.get(0) : null;
        String start = row.size() == 2 ? row.get(1) : null;
        try {
            if (timeline == null || start == null) {
                throw new IllegalArgumentException("columns are missing");
            }
            return new StreamMessage.EndOfTimeline(
                    new TimelineId(Integer.parseUnsignedInt(timeline)), Lsn.parse(start));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("unexpected result set at the end of a timeline: " + row);
        }
    }

    /// Tells the server how far we are: a slot keeps the log from `flushed` on, a synchronous commit waits for
    /// one of the three. [Lsn#INVALID] says nothing.
    ///
    /// @param isReplyWanted whether the server is to answer at once
    public void reply(Lsn written, Lsn flushed, Lsn applied, boolean isReplyWanted) throws IOException {
        replying.lock();
        try {
            last = new Positions(written, flushed, applied);
            send(last, isReplyWanted);
        } finally {
            replying.unlock();
        }
    }

    private void send(Positions positions, boolean isReplyWanted) throws IOException {
        long now = PgTime.of(world.now());
        copy.send(out -> out.int8('r').int64(positions.written().value()).int64(positions.flushed().value())
                .int64(positions.applied().value()).int64(now).int8(isReplyWanted ? 1 : 0));
    }

    private void ask() {
        // Who replies just now may wait for a server that does not read: that must not keep the watch.
        if (replying.tryLock()) {
            try {
                send(last, true);
            } catch (IOException | IllegalStateException e) {
                // Who receives finds out.
            } finally {
                replying.unlock();
            }
        }
    }

    private void stopWatching() {
        if (watching != null) {
            watching.close();
        }
    }

    /// Ends the stream in peace, by the thread that receives: the connection takes commands again. What
    /// still arrives is dropped.
    public void end() throws IOException {
        stopWatching();
        copy.end();
    }

    /// Lets go of the stream; the connection has to be closed too. May be called twice.
    @Override
    public void close() {
        stopWatching();
    }
}
