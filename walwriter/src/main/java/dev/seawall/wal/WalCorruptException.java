package dev.seawall.wal;

import java.io.IOException;

/// Something that was durable once is not readable now: damage, never the log's mere end.
///
/// The message names the place and what to do. Nobody goes on by himself after this; a daemon
/// exits with 78.
public final class WalCorruptException extends IOException {

    private static final long serialVersionUID = 1L;

    private WalCorruptException(String message) {
        super(message);
    }

    /// Damage at a place in the log: `problem at LSN 16/B374D848, segment ..., offset ...`.
    public static WalCorruptException at(
            String problem, Lsn lsn, TimelineId timeline, PageLayout layout, String hint) {
        String segment = new SegmentName(timeline, layout.segmentOf(lsn)).fileName(layout);
        return new WalCorruptException(problem + " at LSN " + lsn + ", segment " + segment
                + ", offset " + layout.offsetInSegment(lsn) + "\nHINT: " + hint);
    }

    /// Damage of a whole file, or of a place in it that is no LSN.
    public static WalCorruptException inFile(String problem, String file, String hint) {
        return new WalCorruptException(problem + ", file \"" + file + "\"\nHINT: " + hint);
    }
}
