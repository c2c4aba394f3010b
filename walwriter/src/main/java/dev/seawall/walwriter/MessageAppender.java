package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.body.LogicalMessage;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/// Messages of one prefix outside transactions, for whoever logs them by the million: nothing is
/// allocated for one, so positions are numbers here, [Lsn#value].
///
/// Thread-safe. Fails as [Wal] does.
public final class MessageAppender {

    private final byte[] prefix;
    private final Appender appender;
    private final InsertionPool pool;
    private final FlushProgress progress;

    MessageAppender(byte[] prefix, WalMachine machine) {
        this.prefix = prefix;
        this.appender = machine.appender;
        this.pool = machine.pool;
        this.progress = machine.progress;
    }

    /// Logs a message, from the content's position to its limit, which stay. It takes effect where it
    /// stands, once durable.
    ///
    /// @return its end
    public long append(ByteBuffer content) {
        Insertion place = pool.acquire();
        try {
            LogicalMessage.encode(place.record, 0, prefix, content);
            appender.append(place, place.record);
            return place.end;
        } finally {
            pool.release(place);
        }
    }

    /// Waits until everything before an end that [#append] returned is durable.
    public void flush(long end) {
        progress.await(end);
    }

    /// Completes, in a thread of the log's own, when everything before `end` is durable.
    public CompletableFuture<Lsn> flushed(long end) {
        return progress.future(end);
    }
}
