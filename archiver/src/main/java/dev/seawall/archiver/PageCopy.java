package dev.seawall.archiver;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The data files as an online base backup needs them.
///
/// [OnlineCopy] copies them while they change. Whoever copies them while somebody holds them still does it
/// by what the checkpointer, which owns `base/`, knows of its files.
public interface PageCopy {

    /// A backup under way. Until it is closed the log from `redoPoint` on is not removed.
    interface Session extends AutoCloseable {

        long systemId();

        TimelineId timeline();

        /// Where redo of this backup begins: nothing copied is older than that.
        Lsn redoPoint();

        /// The control file whose checkpoint has that redo point.
        ControlFile control() throws IOException;

        /// How much [#copy] will hand over, about.
        long bytes() throws IOException;

        /// Hands over every file of `base/`, each whole, in any order; the checkpointer's own state
        /// file is the one that says `redoPoint`.
        void copy(Receiver receiver) throws IOException;

        /// The log up to here must be replayed before the copy is consistent. Call after `copy`, which it ends.
        Lsn consistentAt() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Whoever holds the data files for a copy from outside of the process that owns them, asked over some
    /// connection.
    interface Holder {

        /// Checkpoints, and leaves the files alone from then on.
        ///
        /// @return the checkpoint's redo point
        Lsn hold() throws IOException;

        /// Ends that.
        ///
        /// @return end of the log that belongs to the copy
        /// @throws IOException also if the files were not held until now: the copy is worth nothing
        Lsn release() throws IOException;
    }

    /// Receives the files one after another.
    interface Receiver {

        /// Begins a file.
        ///
        /// @param path relative to the cluster's directory, `base/5/16384`
        /// @param size of all that will follow
        void file(String path, long size) throws IOException;

        /// The next bytes of that file; valid during the call only.
        void bytes(ByteBuffer content) throws IOException;
    }

    /// Takes a checkpoint, unless one will do that somebody else took, and begins a copy.
    Session begin() throws IOException;
}
