package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.segments.FlushPath;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A log as its readers see it: one that takes appends ([Wal]), or one that follows another's.
///
/// What is before [#flushLsn] is durable here, ends where a record does, and may be streamed, archived
/// and redone. Thread-safe.
public interface DurableLog {

    long systemId();

    PageLayout layout();

    /// The current timeline with its ancestors.
    TimelineHistory history();

    /// End of the last durable record.
    Lsn flushLsn();

    /// Where the next record will begin: where redo of all durable ones ends. It may be beyond [#flushLsn] where
    /// the zeros behind a segment switch are not here yet.
    Lsn nextLsn();

    /// Calls back, from whoever writes and briefly, whenever [#flushLsn] has moved.
    void onFlush(Runnable listener);

    /// How it is written here: as the settings say and the file system can; what is received from another goes
    /// through the page cache, since it is read at once.
    default FlushPath flushPath() {
        return FlushPath.CACHED;
    }

    /// Redo point of the last checkpoint: the oldest place of which log is certainly there.
    Lsn redoPoint();

    /// Takes note that everything before the report's redo point is durable in the data files, and gives
    /// up log that nobody needs.
    ///
    /// @return start of the checkpoint's record
    /// @throws IllegalArgumentException if the report goes backwards or is another cluster's
    Lsn checkpointed(CheckpointReport report) throws IOException;

    /// Calls back at each checkpoint with its redo point, before any log is given up. The listener may not
    /// wait.
    void onCheckpoint(Consumer<Lsn> listener);

    /// Keeps the log from `from` on until the claim is given up or moved.
    ///
    /// @param name who needs it, for people
    Retention retain(String name, Lsn from);

    /// Aborts every transaction whose first record lies before `lsn`: it would hold back too much log.
    ///
    /// @return how many; 0 where transactions are another's
    int abortTransactionsBefore(Lsn lsn);

    /// How many blocks a relation has; 0 if there is none.
    int blocksOf(RelationId relation);

    /// What made the log unusable, or null.
    @Nullable WalFailedException failure();

    /// Latches a failure of somebody without whom the log must not go on, as its own would be.
    void fail(Throwable cause);

    /// Calls back once when the log fails.
    void onFailure(Runnable listener);
}
