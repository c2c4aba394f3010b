package dev.seawall.walwriter.timeline;

import dev.seawall.wal.Lsn;
import java.io.IOException;

/// Two servers of one cluster have each written log that the other has not. Neither follows the other
/// until an operator has decided which of them goes on.
public final class DivergedException extends IOException {

    private static final long serialVersionUID = 1L;

    private DivergedException(String message) {
        super(message);
    }

    /// As the histories show it.
    public static DivergedException of(Lineage.Diverged diverged) {
        return new DivergedException(diverged.describe());
    }

    /// The histories are the same, the bytes are not: both wrote on one timeline.
    ///
    /// @param at the first byte that differs; the servers may have gone apart before it
    static DivergedException inBytes(Lsn at, String file) {
        return new DivergedException("servers diverged before WAL location " + at + ": its byte in segment \"" + file
                + "\" is another one on the other server, though both have the same timeline history"
                + "\nHINT: Both were primaries on this timeline, such as after a copy of a data directory was started."
                + " Decide which of them goes on, keep the other's pg_wal aside, and make it anew from a base backup.");
    }
}
