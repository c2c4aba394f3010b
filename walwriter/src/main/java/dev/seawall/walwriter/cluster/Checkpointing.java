package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

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
    /// @param interrupts  called now and then; what it throws ends the wait, not the checkpoint
    /// @throws IllegalStateException if there can be no checkpoint now
    CheckpointReport checkpoint(boolean isImmediate, Runnable interrupts) throws IOException;

    /// The same for whoever waits as long as it takes.
    default CheckpointReport checkpoint(boolean isImmediate) throws IOException {
        return checkpoint(isImmediate, () -> { });
    }

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

    /// Copies the data files while they go on changing. What redo makes of the copy, from `redoPoint` to where
    /// the log ends when all is copied, is of one moment again.
    ///
    /// @param redoPoint of a checkpoint that is complete
    FileCopy copyFiles(Lsn redoPoint) throws IOException;

    /// A copy under way, which the end of the connection ends. One thread.
    interface FileCopy extends AutoCloseable {

        /// Most that is read at once.
        int PIECE_BYTES = 256 << 10;

        /// A file of the copy.
        ///
        /// @param path relative to the cluster's directory: `base/5/16384`
        record Entry(String path, long size) {

            public Entry {
                if (size < 0) {
                    throw new IllegalArgumentException("file \"" + path + "\" of " + size + " bytes");
                }
            }
        }

        /// The relations' files, as long as they are now: the log has what is added later.
        List<Entry> relations() throws IOException;

        /// All others, to be copied after those: engines' files, which do not change from now on until
        /// [#close], and last of all the state that says where redo begins.
        List<Entry> others() throws IOException;

        /// Copies the next bytes of a file.
        ///
        /// @param into room for as many, at most [#PIECE_BYTES]; of a relation's file for whole pages
        /// @throws IllegalStateException if engines' files were not held until now: the copy is void
        /// @throws NotConnectedException for the same reason
        /// @throws dev.seawall.wal.WalCorruptException if a page is damaged
        void read(String path, long offset, ByteBuffer into) throws IOException;

        @Override
        void close() throws IOException;
    }

    /// The last checkpoint: of everything before `end`, behind which the log takes nothing any more.
    CheckpointReport shutDown(Lsn end) throws IOException;

    /// What it last told of itself; [CheckpointerActivity#NONE] as long as it told nothing.
    CheckpointerActivity activity();
}
