package dev.seawall.tools.walreplay;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.read.EndOfLog;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.read.Watermarks;
import java.io.IOException;

/// A log that was found: from a directory of segments, or out of an archive.
///
/// @param bytes       its pages
/// @param systemId    whose it is
/// @param history     the timeline it is read along
/// @param first       where its oldest segment begins
/// @param lastSegment the last segment there is; only evidence is looked for up to there
/// @param nextXid     a 64-bit xid from near it, for the epoch
record ReplayLog(
        LogBytes bytes, PageLayout layout, long systemId, TimelineHistory history, Lsn first,
        SegmentNumber lastSegment, long nextXid) implements AutoCloseable {

    /// A reader that takes this cluster's pages only, and of each timeline only what belongs to it.
    WalReader reader() {
        WalReader reader = new WalReader(bytes, layout);
        reader.expect(systemId, history);
        return reader;
    }

    /// The reason why the log ends, when it really ends there.
    ///
    /// @throws dev.seawall.wal.WalCorruptException if it is damaged there, or a segment is missing
    String checkEnd(Lsn end, ReadOutcome.NoRecord none) throws IOException {
        if (bytes instanceof ArchivedLog archived && !archived.proof().isEmpty()) {
            return "the log ends: " + archived.proof();
        }
        EndOfLog.decide(new EndOfLog.Log(bytes, layout, systemId, history, lastSegment), end, none,
                new Watermarks(), Lsn.INVALID);
        return "the log ends: " + none.reason();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
