package dev.seawall.checkpointer.process;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.link.CopyChannel;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The stream of the log, made anew whenever it is lost, at the place where it was: a role that
/// receives, and answers for the checkpointer's slot.
final class StreamReceiver implements Role {

    /// The checkpointer's own replication slot.
    static final String SLOT = "seawall_checkpointer";

    private static final Duration IDLE_NAP = Duration.ofSeconds(1);
    /// Seconds from 1970 to 2000, PostgreSQL's epoch.
    private static final long EPOCH_SECONDS = 946_684_800L;

    private final Walwriter walwriter;
    private final StreamedLog log;
    private final TimelineHistory history;
    private final World world;
    private final BooleanSupplier isWanted;
    private final Runnable onLog;
    private final Runnable onAsked;
    private final Backoff backoff;
    private final ReentrantLock sending = new ReentrantLock();
    private volatile @Nullable CopyChannel channel;
    /// What the stream is of; the role's own.
    private TimelineId streamed;
    private volatile boolean isClosed;

    /// @param isWanted whether the walwriter is one to follow
    /// @param onLog    called when there is more to redo
    /// @param onAsked  called when the walwriter wants to be told how far we are
    StreamReceiver(Walwriter walwriter, StreamedLog log, TimelineHistory history, World world, BooleanSupplier isWanted,
            Runnable onLog, Runnable onAsked) {
        this.walwriter = walwriter;
        this.log = log;
        this.history = history;
        this.streamed = history.timeline();
        this.world = world;
        this.isWanted = isWanted;
        this.onLog = onLog;
        this.onAsked = onAsked;
        this.backoff = new Backoff(world, "the stream of the log");
    }

    @Override
    public String name() {
        return "log-receiver";
    }

    @Override
    public boolean hasWork() {
        return !isClosed && (channel != null || isWanted.getAsBoolean() && backoff.isDue());
    }

    @Override
    public Duration nap() {
        return isWanted.getAsBoolean() ? Duration.ofNanos(backoff.nanosLeft()) : IDLE_NAP;
    }

    @Override
    public void step() {
        if (!hasWork()) {
            return;
        }
        CopyChannel current = channel;
        try {
            if (current == null) {
                connect();
            } else {
                MessageInput in = current.receive();
                if (in != null) {
                    take(in);
                } else if (log.received().equals(history.switchPointOf(streamed))) {
                    // All of an ancestor: the next timeline's turn.
                    disconnect();
                } else {
                    throw new IOException("the walwriter ended it");
                }
            }
        } catch (IOException | SqlException e) {
            disconnect();
            if (!isClosed) {
                backoff.failed(e);
            }
        }
    }

    private void connect() throws IOException {
        // Redo may begin on an ancestor, whose segments bear its name.
        streamed = history.timelineAt(log.received());
        CopyChannel made = walwriter.open("START_REPLICATION SLOT \"" + SLOT + "\" PHYSICAL " + log.received()
                + " TIMELINE " + streamed);
        channel = made;
        if (isClosed) {
            made.close();
        }
        backoff.succeeded();
    }

    private void take(MessageInput in) throws IOException {
        int kind = in.int8();
        switch (kind) {
            case 'w' -> {
                Lsn start = new Lsn(in.int64());
                // Before the bytes: redo may ask for any of them, and waits for those to come.
                log.announce(new Lsn(in.int64()));
                in.int64();
                onLog.run();
                log.receive(start, in.rest());
            }
            case 'k' -> {
                in.int64();
                in.int64();
                if (in.int8() != 0) {
                    onAsked.run();
                }
            }
            default -> throw new IOException("unknown message \"" + MessageInput.printable(kind) + "\" in the stream");
        }
    }

    /// Tells the walwriter how far we are, if it is there.
    ///
    /// @param redoPoint everything before it is needed no more
    /// @param applied   end of the last record redone
    void reply(Lsn redoPoint, Lsn applied) {
        CopyChannel current = channel;
        if (current == null) {
            return;
        }
        java.time.Instant now = world.now();
        long micros = (now.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + now.getNano() / 1000;
        Lsn received = log.received();
        sending.lock();
        try {
            current.send(out -> out.int8('r').int64(received.value()).int64(redoPoint.value())
                    .int64(applied.value()).int64(micros).int8(0));
        } catch (IOException e) {
            // Who receives finds out, and connects anew.
            current.close();
        } finally {
            sending.unlock();
        }
    }

    private void disconnect() {
        CopyChannel current = channel;
        channel = null;
        if (current != null) {
            current.close();
        }
    }

    /// Who receives is woken, and comes to an end.
    void close() {
        isClosed = true;
        CopyChannel current = channel;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void failed(Throwable cause) {
        close();
    }
}
