package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage;
import dev.seawall.walwriter.walreceiver.PrimaryConnection;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import dev.seawall.walwriter.walreceiver.WalStreamClient;
import java.io.IOException;

/// A running server, asked by a replication connection.
public final class StreamedSource implements SourceServer {

    private final PrimaryConnection connection;

    /// @param connection stays the caller's; of no further use after [#show]
    public StreamedSource(PrimaryConnection connection) {
        this.connection = connection;
    }

    @Override
    public Lineage.Side side() throws IOException {
        SystemIdentity identity = connection.identify();
        TimelineId timeline = identity.timeline();
        try {
            TimelineHistory history = timeline.equals(TimelineId.FIRST) ? TimelineHistory.root(timeline)
                    : TimelineHistory.parse(timeline, connection.history(timeline).content());
            return new Lineage.Side(identity.systemId(), history, identity.flushed());
        } catch (IllegalArgumentException e) {
            throw new IOException("the source server's history of timeline " + timeline + " makes no sense: "
                    + e.getMessage(), e);
        }
    }

    @Override
    public String show(JoinCheck check, Lsn upTo, TimelineId timeline) throws IOException {
        try (WalStreamClient stream = connection.stream(null, check.from(), timeline)) {
            while (!check.isDone()) {
                switch (stream.receive()) {
                    case StreamMessage.Piece piece -> check.see(piece.start(), piece.bytes());
                    case StreamMessage.Keepalive keepalive -> {
                        if (keepalive.isReplyWanted()) {
                            stream.reply(stream.received(), Lsn.INVALID, Lsn.INVALID, false);
                        }
                    }
                    case StreamMessage.EndOfTimeline end -> {
                        return "the source server ended its timeline " + timeline + " at " + end.start()
                                + ", so the logs could not be compared up to " + upTo;
                    }
                }
            }
            return "";
        } catch (ServerException e) {
            return "the logs could not be compared: the source server does not show its own from " + check.from()
                    + " on: " + e.problem() + "; this server will need an archive to follow it";
        }
    }
}
