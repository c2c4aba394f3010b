package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage;
import java.io.IOException;
import java.nio.file.Path;

/// The server that the rewound one is to follow.
public interface SourceServer {

    /// Its newest timeline with all ancestors, and how far its log is durable.
    Lineage.Side side() throws IOException;

    /// Shows a check the source's log.
    ///
    /// @param upTo     the end of what both have
    /// @param timeline the source's, that holds the byte before it
    /// @return empty, or why the source cannot show it, such as that it has removed that log
    /// @throws dev.seawall.walwriter.timeline.DivergedException if a byte differs
    String show(JoinCheck check, Lsn upTo, TimelineId timeline) throws IOException;

    /// Copies its cluster, with the log that the copy needs.
    ///
    /// @param into an empty directory; all that is in it is durable when this returns
    /// @throws IOException if none comes, or not the whole of it; what is there then is to be removed
    Copied copy(Path into, CopyProgress progress) throws IOException;

    /// A copy, as the server tells of it.
    ///
    /// @param start    where redo of it begins
    /// @param timeline the server's
    /// @param end      the copied log is whole up to here
    record Copied(Lsn start, TimelineId timeline, Lsn end) {}
}
