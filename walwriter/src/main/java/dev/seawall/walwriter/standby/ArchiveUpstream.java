package dev.seawall.walwriter.standby;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.SegmentSource.Fetched;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The archive as a server whose log is streamed: whole segments, in pieces, until one is not there.
///
/// A segment is fetched under a temporary name, and goes the way of everything received: so nothing in
/// `pg_wal` is ever replaced.
public final class ArchiveUpstream implements Upstream {

    private static final int PIECE_BYTES = 128 << 10;

    private final StandbyLog log;
    private final SegmentSource source;
    private final Disk disk;
    private final World world;
    private final PageLayout layout;
    private final Path fetched;
    private volatile boolean isClosed;

    /// @param pgWal for the file that is fetched
    public ArchiveUpstream(StandbyLog log, SegmentSource source, Disk disk, World world, Path pgWal) {
        this.log = log;
        this.source = source;
        this.disk = disk;
        this.world = world;
        this.layout = log.layout();
        this.fetched = pgWal.resolve(WalDirectory.TEMPORARY_PREFIX + "restored");
    }

    /// Its newest timeline is the newest that can be counted up to; how far it goes nobody knows.
    @Override
    public SystemIdentity identify() throws IOException {
        TimelineId newest = log.history().timeline();
        while (find(TimelineHistory.fileName(newest.next()))) {
            newest = newest.next();
        }
        return new SystemIdentity(log.systemId(), newest, Lsn.MAX);
    }

    @Override
    public HistoryFile history(TimelineId timeline) throws IOException {
        String name = TimelineHistory.fileName(timeline);
        if (!find(name)) {
            throw new IOException("the archive has no \"" + name + "\"");
        }
        try (DiskFile file = disk.open(fetched, Set.of(Disk.Open.READ_ONLY))) {
            ByteBuffer text = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(text, 0);
            return new HistoryFile(name, StandardCharsets.UTF_8.decode(text.flip()).toString());
        }
    }

    /// @return whether the file is there, and at [#fetched] now
    private boolean find(String name) throws IOException {
        if (isClosed) {
            throw new EOFException("closed");
        }
        return switch (source.fetch(name, fetched)) {
            case Fetched.Found _ -> true;
            case Fetched.Absent _ -> false;
            case Fetched.Unknown(String reason) -> throw new IOException("could not get \"" + name + "\": " + reason);
        };
    }

    @Override
    public Stream stream(Lsn from, TimelineId timeline) throws IOException {
        TimelineId newest = identify().timeline();
        TimelineHistory history = newest.equals(TimelineId.FIRST) ? TimelineHistory.root(newest)
                : TimelineHistory.parse(newest, history(newest).content());
        Lsn left = history.switchPointOf(timeline);
        if (!left.isValid()) {
            throw new IOException("timeline " + timeline + " is not in the history of the archive's newest, " + newest);
        }
        return new Segments(from, timeline, left, history);
    }

    @Override
    public void close() {
        isClosed = true;
    }

    /// One timeline's segments, in pieces.
    private final class Segments implements Stream {

        private final TimelineId timeline;
        private final Lsn left;
        private final TimelineHistory history;
        private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        private @Nullable SegmentNumber here;
        private Lsn next;

        Segments(Lsn from, TimelineId timeline, Lsn left, TimelineHistory history) {
            this.next = from;
            this.timeline = timeline;
            this.left = left;
            this.history = history;
        }

        @Override
        public StreamMessage receive() throws IOException {
            if (!next.isBefore(left)) {
                return new StreamMessage.EndOfTimeline(childOf(timeline), left);
            }
            SegmentNumber wanted = layout.segmentOf(next);
            if (!wanted.equals(here) && !isFetched(wanted)) {
                throw new EOFException("no more log in the archive from " + next + " on");
            }
            here = wanted;
            int offset = layout.offsetInSegment(next);
            int inSegment = Math.min(PIECE_BYTES, layout.segmentBytes() - offset);
            int length = (int) Lsn.min(left, next.plus(inSegment)).minus(next);
            piece.clear().limit(length);
            try (DiskFile file = disk.open(fetched, Set.of(Disk.Open.READ_ONLY))) {
                if (file.size() != layout.segmentBytes() || file.read(piece, offset) != length) {
                    throw new IOException("what the archive gave for segment " + nameOf(wanted, timeline) + " has "
                            + file.size() + " bytes, not " + layout.segmentBytes());
                }
            }
            StreamMessage.Piece data = new StreamMessage.Piece(next, next.plus(length), world.now(), piece.flip());
            next = next.plus(length);
            return data;
        }

        /// The segment that a timeline was left in may be there only as its child's, which begins with the same
        /// bytes.
        private boolean isFetched(SegmentNumber segment) throws IOException {
            if (find(nameOf(segment, timeline))) {
                return true;
            }
            return !left.equals(Lsn.MAX) && segment.equals(layout.segmentOf(left))
                    && find(nameOf(segment, childOf(timeline)));
        }

        private TimelineId childOf(TimelineId parent) {
            for (int i = 0; i < history.branches().size(); i++) {
                if (history.branches().get(i).parent().equals(parent)) {
                    return i + 1 < history.branches().size() ? history.branches().get(i + 1).parent()
                            : history.timeline();
                }
            }
            throw new IllegalArgumentException("timeline " + parent + " has no child");
        }

        private String nameOf(SegmentNumber segment, TimelineId of) {
            return new SegmentName(of, segment).fileName(layout);
        }

        @Override
        public boolean hasMore() {
            return here != null && layout.segmentOf(next).equals(here) && next.isBefore(left);
        }

        @Override
        public void reply(Lsn written, Lsn flushed, Lsn applied) {
            // An archive keeps what it has for nobody.
        }
    }
}
