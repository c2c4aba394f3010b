package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a client says while it is streamed to, in a thread of its own: the sender's may be waiting for the
/// client to read.
///
/// Ends with the client's CopyDone, after which nothing more is read here, or with the connection.
final class StandbyReplies implements Runnable {

    private final MessageInput in;
    private final World world;
    private final StandbyProgress progress;
    private final Consumer<Lsn> onFlushed;
    private final Runnable wake;

    private volatile long lastNanos;
    private volatile boolean isReplyWanted;
    private volatile boolean isDone;
    private volatile @Nullable Throwable failure;

    /// @param onFlushed told what the client has for good, at each report that says so
    /// @param wake      called when the sender should look here
    StandbyReplies(MessageInput in, World world, StandbyProgress progress, Consumer<Lsn> onFlushed, Runnable wake) {
        this.in = in;
        this.world = world;
        this.progress = progress;
        this.onFlushed = onFlushed;
        this.wake = wake;
        this.lastNanos = world.nanoTime();
    }

    /// When the client last said anything.
    long lastNanos() {
        return lastNanos;
    }

    /// Whether the client asked for a sign of life since this was last called; the sender's thread calls it.
    boolean takeReplyWanted() {
        boolean isWanted = isReplyWanted;
        if (isWanted) {
            isReplyWanted = false;
        }
        return isWanted;
    }

    boolean isReplyWanted() {
        return isReplyWanted;
    }

    /// Whether nothing is read here any more.
    boolean isDone() {
        return isDone;
    }

    /// @throws IOException  if the connection ended instead of the copy
    /// @throws SqlException if the client said what it may not
    void check() throws IOException {
        switch (failure) {
            case null -> { }
            case SqlException refused -> throw refused;
            case IOException lost -> throw new IOException(lost.getMessage(), lost);
            case Throwable other -> throw new AssertionError("reading a standby's replies failed", other);
        }
    }

    @Override
    public void run() {
        try {
            while (next()) {
                lastNanos = world.nanoTime();
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            isDone = true;
            wake.run();
        }
    }

    /// @return whether the copy goes on
    private boolean next() throws IOException {
        int type = in.next();
        switch (type) {
            case 'd' -> reply();
            case 'c' -> {
                return false;
            }
            case 'X', -1 -> throw new EOFException("the client ended the connection while it was streamed to");
            default -> throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "unexpected message type \""
                    + MessageInput.printable(type) + "\" while streaming");
        }
        return true;
    }

    private void reply() {
        int kind = in.int8();
        switch (kind) {
            case 'r' -> status();
            // What a hot standby's queries still see: nothing here is ever vacuumed.
            case 'h' -> { }
            default -> throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "unexpected message type \""
                    + MessageInput.printable(kind & 0xFF) + "\" of a standby");
        }
    }

    private void status() {
        long write = in.int64();
        long flush = in.int64();
        long apply = in.int64();
        Instant clock = instant(in.int64());
        progress.replied(write, flush, apply, clock, world.nanoTime());
        if (in.int8() != 0) {
            isReplyWanted = true;
        }
        if (flush != 0) {
            onFlushed.accept(new Lsn(flush));
        }
        wake.run();
    }

    /// Any number may come as a clock.
    private Instant instant(long micros) {
        try {
            return PgTime.toInstant(micros);
        } catch (DateTimeException | ArithmeticException e) {
            return world.now();
        }
    }
}
