package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage;
import java.io.IOException;

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
}
