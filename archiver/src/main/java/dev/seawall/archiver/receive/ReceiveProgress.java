package dev.seawall.archiver.receive;

import dev.seawall.wal.Lsn;

/// How far receiving is.
///
/// @param isStreaming whether the server is connected and streams
/// @param timeline    of what is received; 0 before the first connection
/// @param received    end of what was written into the spool
/// @param flushed     up to here it is durable
/// @param serverEnd   how far the server said it is
/// @param problem     why there is no stream; empty if there is one, or was none yet
public record ReceiveProgress(boolean isStreaming, int timeline, Lsn received, Lsn flushed, Lsn serverEnd,
        String problem) {

    static final ReceiveProgress NONE =
            new ReceiveProgress(false, 0, Lsn.INVALID, Lsn.INVALID, Lsn.INVALID, "");

    ReceiveProgress lost(String why) {
        return new ReceiveProgress(false, timeline, received, flushed, serverEnd, why);
    }

    /// What the server has and we do not.
    public long lagBytes() {
        return Math.max(0, serverEnd.minus(received));
    }
}
