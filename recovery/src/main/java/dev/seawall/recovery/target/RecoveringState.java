package dev.seawall.recovery.target;

import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import java.io.IOException;
import java.util.function.Supplier;

/// The data files and engines that recovery feeds.
///
/// Declared here, implemented where the checkpointer is known: it writes pages while redo goes on.
public interface RecoveringState extends AutoCloseable {

    /// The log they are recovered by.
    ///
    /// @param history  the timeline that is followed
    /// @param position the timeline that redo is on, with its ancestors: of those that are followed
    ///                 it may not have come to the last
    record Log(long systemId, TimelineHistory history, PageLayout layout, Supplier<TimelineHistory> position) {}

    /// Opens them, when the cluster's directory is locked.
    interface Opener {

        /// @throws dev.seawall.wal.WalCorruptException if they are damaged, or not of this log
        RecoveringState open(Log log) throws IOException;
    }

    /// Page store and engines, open.
    ResourceManagers managers();

    /// Where their state wants redo to begin.
    Lsn redoPoint();

    /// They are not of one moment before the log is redone up to here.
    Lsn consistentAt();

    /// The place for what redo holds.
    HeldTransactions held() throws IOException;

    /// What comes next is of this timeline; durable when this returns.
    void follow(TimelineId timeline) throws IOException;

    /// Redo is about to begin: checkpoints may be taken from now on.
    void begin(Redo redo);

    /// Redo has stopped: makes all that it applied durable, with where the next redo begins.
    void checkpoint() throws IOException;

    /// Ends all work on them; without a checkpoint what it did since the last is redone. May be
    /// called again.
    @Override
    void close() throws IOException;
}
