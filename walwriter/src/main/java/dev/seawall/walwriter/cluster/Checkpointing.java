package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import java.io.IOException;
import java.nio.ByteBuffer;

/// What the walwriter asks of the owner of the data files: a checkpointer in this JVM, or the one that is
/// connected.
///
/// Every call waits for its answer. While no checkpointer is connected each throws
/// [NotConnectedException] at once or when the connection ends: what was asked for may have been done.
public interface Checkpointing {

    boolean isConnected();

    /// Checkpoints everything that is durable now.
    ///
    /// @param isImmediate without pauses
    CheckpointReport checkpoint(boolean isImmediate) throws IOException;

    /// Reads a page with everything before `upTo` in it.
    ///
    /// @param into room for 8192 bytes
    /// @throws IllegalArgumentException if there is no such page
    void readPage(RelationId relation, int block, Lsn upTo, ByteBuffer into) throws IOException;

    /// Checkpoints, and from then on leaves every data file as it is until [Held#release], so that a
    /// plain copy of them is whole. Redo goes on in memory, and waits when that is full; checkpoints wait.
    /// Whoever calls while others hold the files shares their hold, and their redo point.
    ///
    /// @throws IllegalStateException if the files have been held for too long to share that
    Held holdFiles(boolean isImmediate) throws IOException;

    /// Data files that stand still. The end of the connection ends it too.
    interface Held {

        /// Of the checkpoint that they were left at.
        CheckpointReport report();

        /// Ends the caller's part in it; to be called once.
        ///
        /// @throws IllegalStateException if the files were not held until now: a copy is worth nothing
        /// @throws NotConnectedException for the same reason
        void release() throws IOException;
    }

    /// The last checkpoint: of everything before `end`, behind which the log takes nothing any more.
    CheckpointReport shutDown(Lsn end) throws IOException;

    /// What it last told of itself; [CheckpointerActivity#NONE] as long as it told nothing.
    CheckpointerActivity activity();
}
