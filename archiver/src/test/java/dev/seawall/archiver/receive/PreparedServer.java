package dev.seawall.archiver.receive;

import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A server with a log that is there already: streams it in pieces of any size, loses connections, and notes what
/// it was told to be flushed.
final class PreparedServer implements Upstream.Connector {

    private static final int PIECE_MIN = 60_000;
    private static final int PIECE_MAX = 400_000;

    private final MemoryLog log;
    private final SplittableRandom random;
    private final Lsn switchPoint;
    private final int lossOneIn;
    private long systemId = MemoryLog.SYSTEM_ID;
    private Lsn end;
    private @Nullable ResumePoint reserved;
    private Lsn flushed = Lsn.INVALID;
    private int connections;

    /// @param switchPoint where timeline 1 was left for 2; [Lsn#MAX] if it was not
    /// @param lossOneIn   a connection is lost with every so manyth message; 0 for never
    PreparedServer(MemoryLog log, Lsn switchPoint, int lossOneIn, long seed) {
        this.log = log;
        this.end = log.end();
        this.switchPoint = switchPoint;
        this.lossOneIn = lossOneIn;
        this.random = new SplittableRandom(seed);
    }

    PreparedServer ofSystem(long id) {
        systemId = id;
        return this;
    }

    PreparedServer upTo(Lsn limit) {
        end = limit;
        return this;
    }

    PreparedServer reserving(ResumePoint from) {
        reserved = from;
        return this;
    }

    /// The most that was reported as durable.
    Lsn flushed() {
        return flushed;
    }

    int connections() {
        return connections;
    }

    private boolean isPromoted() {
        return !switchPoint.equals(Lsn.MAX) && end.isAfter(switchPoint);
    }

    /// What a segment's file of a timeline holds on the server.
    byte[] segment(int timeline, long number) {
        byte[] whole = log.segment(number).clone();
        Lsn start = ArchiveFixture.LAYOUT.startOf(new SegmentNumber(number));
        if (timeline == 1 && switchPoint.isBefore(start.plus(whole.length))) {
            int cut = (int) Math.max(0, switchPoint.minus(start));
            java.util.Arrays.fill(whole, cut, whole.length, (byte) 0);
        }
        return whole;
    }

    @Override
    public Upstream connect() {
        connections++;
        return new Connection();
    }

    private final class Connection implements Upstream {

        @Override
        public SystemIdentity identify() {
            return new SystemIdentity(systemId, new TimelineId(isPromoted() ? 2 : 1), end);
        }

        @Override
        public PageLayout layout() {
            return log.layout();
        }

        @Override
        public HistoryFile history(TimelineId timeline) throws IOException {
            if (timeline.value() != 2 || !isPromoted()) {
                throw new IOException("no history of timeline " + timeline);
            }
            return new HistoryFile("00000002.history", "1\t" + switchPoint + "\tpromoted\n");
        }

        @Override
        public Optional<ResumePoint> reserved() {
            return Optional.ofNullable(reserved);
        }

        @Override
        public LogStream stream(Lsn from, TimelineId timeline) throws IOException {
            if (from.isAfter(end)) {
                throw new IOException("ahead of the flush position");
            }
            return new Stream(from, timeline);
        }

        @Override
        public void close() {}
    }

    private final class Stream implements Upstream.LogStream {

        private final TimelineId timeline;
        private final Lsn last;
        private Lsn at;

        Stream(Lsn from, TimelineId timeline) {
            this.at = from;
            this.timeline = timeline;
            this.last = timeline.value() == 1 ? Lsn.min(switchPoint, end) : end;
        }

        @Override
        public StreamMessage receive() throws IOException {
            if (lossOneIn > 0 && random.nextInt(lossOneIn) == 0) {
                throw new IOException("lost");
            }
            if (at.isAtLeast(last)) {
                if (timeline.value() == 1 && isPromoted()) {
                    return new StreamMessage.EndOfTimeline(new TimelineId(2), switchPoint);
                }
                return new StreamMessage.Keepalive(end, Instant.EPOCH, true);
            }
            int count = (int) Math.min(last.minus(at), random.nextInt(PIECE_MIN, PIECE_MAX));
            ByteBuffer piece = ByteBuffer.allocate(count);
            for (Lsn lsn = at; piece.hasRemaining(); lsn = at.plus(piece.position())) {
                byte[] segment = segment(timeline.value(), log.layout().segmentOf(lsn).value());
                int offset = log.layout().offsetInSegment(lsn);
                piece.put(segment, offset, Math.min(piece.remaining(), segment.length - offset));
            }
            StreamMessage.Piece message = new StreamMessage.Piece(at, end, Instant.EPOCH, piece.flip());
            at = at.plus(count);
            return message;
        }

        @Override
        public boolean hasMore() {
            return false;
        }

        @Override
        public void reply(Lsn written, Lsn durable) {
            flushed = Lsn.max(flushed, durable);
        }

        @Override
        public void end() {}
    }

    /// The history that a child of timeline 1 would have.
    static String history(Lsn switchPoint) {
        return TimelineHistory.root(TimelineId.FIRST).branch(new TimelineId(2), switchPoint, "other").toText();
    }
}
