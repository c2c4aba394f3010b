package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import java.io.IOException;
import java.nio.file.Path;

/// `base/` of the server that is rewound. Declared here, implemented by the checkpointer, whose it is.
public interface OwnDataFiles {

    /// What is certain about `base/`.
    ///
    /// @param redoPoint where its redo begins
    /// @param newest    nothing in it is newer: no page, no engine's state
    record Reach(Lsn redoPoint, Lsn newest) {}

    /// @param history of the log that `base/` belongs to
    /// @throws dev.seawall.wal.WalCorruptException if it is damaged, or belongs to another log
    Reach reach(TimelineHistory history) throws IOException;

    /// Says, durably, that `base/` is of `timeline`. Only where [#reach] is not beyond the place where that was
    /// left; done again, nothing happens.
    void rewindTo(TimelineId timeline) throws IOException;

    /// Where redo of another server's data files begins, which are to take the place of `base/`.
    ///
    /// @throws dev.seawall.wal.WalCorruptException if they are damaged, or of another system or timeline
    Lsn redoPointOf(Path copied, long systemId, TimelineId timeline) throws IOException;

    /// Puts them there; durable when this returns. Cut short, it is done again: then `copied` may have moved
    /// already.
    ///
    /// @param copied a directory on the same file system, durable with all that is in it
    void replaceBy(Path copied) throws IOException;
}
