package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import java.nio.ByteBuffer;
import java.time.Instant;

/// What a stream of the log yields.
public sealed interface StreamMessage {

    /// A piece of the log, which begins where the one before ended.
    ///
    /// @param start     of the bytes
    /// @param serverEnd how far the server's log was durable when it sent this; a cascading server's: received
    /// @param sentAt    by the server's clock
    /// @param bytes     valid until the next message is received
    record Piece(Lsn start, Lsn serverEnd, Instant sentAt, ByteBuffer bytes) implements StreamMessage {}

    /// The server has nothing to send.
    ///
    /// @param serverEnd     how far it has sent
    /// @param isReplyWanted whether it is to be told at once how far we are
    record Keepalive(Lsn serverEnd, Instant sentAt, boolean isReplyWanted) implements StreamMessage {}

    /// All of this timeline was sent: the stream is over, and the connection takes commands again.
    ///
    /// @param next  the timeline that follows it in the server's history
    /// @param start where that begins
    record EndOfTimeline(TimelineId next, Lsn start) implements StreamMessage {}
}
