package dev.seawall.walwriter.received;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.CommitDelay;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.standby.Promotion;
import dev.seawall.walwriter.standby.Upstream;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// A primary that wrote its log and is asked for it: of one timeline, or of two, the second of which a
/// standby of the first began when it was promoted.
public final class PrimaryOnDisk {

    public static final Path CLUSTER = Path.of("/cluster");
    public static final PageLayout LAYOUT = new PageLayout(1 << 20);
    public static final long SYSTEM = 4711;
    public static final WalOptions OPTIONS = WalOptions.DEFAULT.withBufferBytes(1 << 16)
            .withFlushPath(FlushPath.CACHED).withWalBytes(2 << 20, 4 << 20);
    public static final SegmentSource NO_ARCHIVE = (_, _) -> new SegmentSource.Fetched.Absent("there is none");

    /// A seed, for a first timeline with a segment that was left early: the zeros behind are some pieces long.
    public static final long SWITCHES = 8;

    private static final int PIECE_BYTES = 40 << 10;

    private final SimulatedDisk disk;
    private final TimelineHistory history;
    private final Lsn end;

    private PrimaryOnDisk(SimulatedDisk disk, TimelineHistory history, Lsn end) {
        this.disk = disk;
        this.history = history;
        this.end = end;
    }

    public static SimulatedDisk fresh(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        ClusterInit.create(disk, CLUSTER, ClusterInit.Options.of(SYSTEM, LAYOUT), Instant.EPOCH);
        return disk;
    }

    /// The first timeline, some segments long.
    public static PrimaryOnDisk first(long seed) throws IOException {
        SimulatedDisk disk = fresh(seed);
        try (SimulatedWorld world = new SimulatedWorld(seed);
                Wal wal = Wal.open(LogStart.start(disk, CLUSTER), keeping(), disk, world)) {
            commit(wal, seed, 14);
            return new PrimaryOnDisk(disk, wal.history(), wal.flushLsn());
        }
    }

    /// All log is kept: it is asked for from the beginning.
    private static WalOptions keeping() {
        return new WalOptions(OPTIONS.flushPath(), OPTIONS.bufferBytes(), true, false, OPTIONS.minWalBytes(),
                OPTIONS.maxWalBytes(), 1L << 30, OPTIONS.maxRedoLag(), false, 0.9, 0, CommitDelay.NONE);
    }

    private static void commit(Wal wal, long seed, int count) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            int bytes = random.nextInt(6) == 0 ? 300_000 : random.nextInt(20_000);
            try (Transaction transaction = wal.begin()) {
                transaction.message("app", ByteBuffer.allocate(bytes).put(0, (byte) i));
                transaction.commit();
            }
            if (random.nextInt(8) == 0) {
                wal.checkpointed(new CheckpointReport(wal.systemId(), wal.history().timeline(), wal.flushLsn()));
            }
            if (random.nextInt(7) == 0) {
                wal.switchSegment();
            }
        }
    }

    /// A standby of it that was promoted at its end, and went on.
    public PrimaryOnDisk promoted(long seed) throws IOException {
        SimulatedDisk copy = disk.copy(seed);
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            StandbyLog log = StandbyLog.open(LogStart.follow(copy, CLUSTER), OPTIONS, copy, world);
            StartedLog started = new Promotion(copy, world, NO_ARCHIVE, _ -> true, false).run(log);
            try (Wal wal = Wal.open(started, keeping(), copy, world)) {
                commit(wal, seed, 8);
                return new PrimaryOnDisk(copy, wal.history(), wal.flushLsn());
            }
        }
    }

    public TimelineHistory history() {
        return history;
    }

    public Lsn end() {
        return end;
    }

    public SegmentFiles files() {
        return new SegmentFiles(disk, ClusterLayout.wal(CLUSTER), LAYOUT, history);
    }

    /// A connection, whose stream ends when all is sent.
    ///
    /// @param onReply told each position that the standby says is durable there
    public Upstream connect(Consumer<Lsn> onReply) {
        return new Connection(onReply);
    }

    private final class Connection implements Upstream {

        private final Consumer<Lsn> onReply;

        Connection(Consumer<Lsn> onReply) {
            this.onReply = onReply;
        }

        @Override
        public SystemIdentity identify() {
            return new SystemIdentity(SYSTEM, history.timeline(), end);
        }

        @Override
        public HistoryFile history(TimelineId timeline) {
            return new HistoryFile(TimelineHistory.fileName(timeline), history.toText());
        }

        @Override
        public Stream stream(Lsn from, TimelineId timeline) {
            return new Pages(from, timeline, onReply);
        }

        @Override
        public void close() {
            // Nobody waits for it.
        }
    }

    private final class Pages implements Upstream.Stream {

        private final Consumer<Lsn> onReply;
        private final TimelineId timeline;
        private final Lsn left;
        private Lsn next;

        Pages(Lsn from, TimelineId timeline, Consumer<Lsn> onReply) {
            this.next = from;
            this.timeline = timeline;
            this.left = history.switchPointOf(timeline);
            this.onReply = onReply;
        }

        @Override
        public StreamMessage receive() throws IOException {
            if (next.equals(left)) {
                return new StreamMessage.EndOfTimeline(history.timeline(), left);
            }
            Lsn limit = Lsn.min(left, end);
            if (!next.isBefore(limit)) {
                throw new EOFException("all is sent");
            }
            Lsn to = Lsn.min(new Lsn(next.plus(PIECE_BYTES).value() & -PageLayout.PAGE_BYTES), limit);
            ByteBuffer bytes = ByteBuffer.allocate((int) to.minus(LAYOUT.pageOf(next)) + PageLayout.PAGE_BYTES);
            try (SegmentFiles files = files()) {
                for (Lsn page = LAYOUT.pageOf(next); page.isBefore(to); page = page.plus(PageLayout.PAGE_BYTES)) {
                    if (!files.readPage(page, bytes)) {
                        throw new AssertionError("no page " + page + " of timeline " + timeline);
                    }
                }
            }
            Lsn from = next;
            next = to;
            int skip = LAYOUT.offsetInPage(from);
            return new StreamMessage.Piece(from, limit, Instant.EPOCH,
                    bytes.slice(skip, (int) to.minus(from)));
        }

        @Override
        public boolean hasMore() {
            return next.value() % 3 != 0 && next.isBefore(Lsn.min(left, end));
        }

        @Override
        public void reply(Lsn written, Lsn flushed, Lsn applied) {
            onReply.accept(flushed);
        }
    }
}
