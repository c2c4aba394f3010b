package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage;
import dev.seawall.walwriter.walreceiver.BackupStream;
import dev.seawall.walwriter.walreceiver.PrimaryConnection;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import dev.seawall.walwriter.walreceiver.WalStreamClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/// A running server, asked by replication connections: one a question.
public final class StreamedSource implements SourceServer {

    private static final String LABEL = "walctl rewind";

    private final Connecting connecting;
    private final Unpacking unpacking;
    private final Disk disk;

    /// How the server is reached.
    @FunctionalInterface
    public interface Connecting {
        PrimaryConnection connect() throws IOException;
    }

    /// Unpacks a base backup's archive. Declared here, implemented where archives are known.
    @FunctionalInterface
    public interface Unpacking {

        /// @param tar      read up to its end mark
        /// @param into     an empty directory; durable with all that is in it when this returns
        /// @param unpacked told of the bytes written so far
        void unpack(InputStream tar, Path into, LongConsumer unpacked) throws IOException;
    }

    /// @param disk of the directories that [#copy] is given
    public StreamedSource(Connecting connecting, Unpacking unpacking, Disk disk) {
        this.connecting = connecting;
        this.unpacking = unpacking;
        this.disk = disk;
    }

    @Override
    public Lineage.Side side() throws IOException {
        try (PrimaryConnection connection = connecting.connect()) {
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
    }

    @Override
    public String show(JoinCheck check, Lsn upTo, TimelineId timeline) throws IOException {
        try (PrimaryConnection connection = connecting.connect();
                WalStreamClient stream = connection.stream(null, check.from(), timeline)) {
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

    @Override
    public Copied copy(Path into, CopyProgress progress) throws IOException {
        try (PrimaryConnection connection = connecting.connect();
                BackupStream backup = connection.backup(LABEL)) {
            long free = disk.freeBytes(into);
            if (backup.bytes() > free) {
                throw new NoSpaceException("the source server's data files have " + backup.bytes()
                        + " bytes, and " + free + " are free here, beside those that they replace");
            }
            unpacking.unpack(backup.archive(), into, bytes -> progress.received(bytes, backup.bytes()));
            return new Copied(backup.start(), backup.timeline(), backup.finish());
        }
    }
}
