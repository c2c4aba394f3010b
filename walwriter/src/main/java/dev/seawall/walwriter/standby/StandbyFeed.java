package dev.seawall.walwriter.standby;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.timeline.DivergedException;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a standby's log: from its sources in turn, the archive first, each for as long as it has more.
///
/// A source is followed only if all that is here is in its log too ([Lineage], [JoinCheck]): nothing is
/// ever merged. Whatever else goes wrong with a source is waited out.
final class StandbyFeed implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(StandbyFeed.class);
    /// While the disk is busy, so much gathers for its next turn at most.
    private static final long UNTAKEN_BYTES_MAX = 1 << 20;
    /// What comes alone and is not larger is made durable by who received it: a commit may wait for it, and
    /// need not wait for another thread too.
    private static final long ALONE_BYTES_MAX = 64 << 10;

    private final StandbyLog log;
    private final List<FeedSource> sources;
    private final HistoryStore histories;
    private final World world;
    private final Supplier<Duration> retry;
    private final FeedStatus status;
    private final Runnable onTimeline;
    private volatile Runnable onTaken = () -> {};

    private volatile boolean isClosed;
    private volatile boolean isReconnecting;
    private volatile @Nullable Upstream upstream;
    private volatile Upstream.@Nullable Stream stream;
    // The step's own.
    private int turn;
    private long dueAt;
    private @Nullable JoinCheck join;
    private @Nullable SegmentFiles own;
    private long untaken;
    private String told = "";

    /// @param sources    in the order to ask them
    /// @param retry      how long to wait when none has more; asked each time
    /// @param status     told what goes on
    /// @param onTimeline called when the log goes on on another timeline
    StandbyFeed(StandbyLog log, List<FeedSource> sources, HistoryStore histories, World world,
            Supplier<Duration> retry, FeedStatus status, Runnable onTimeline) {
        this.log = log;
        this.sources = List.copyOf(sources);
        this.histories = histories;
        this.world = world;
        this.retry = retry;
        this.status = status;
        this.onTimeline = onTimeline;
        this.dueAt = world.nanoTime();
    }

    /// Called when the log has taken what others are to make durable. Before the role starts.
    void onTaken(Runnable listener) {
        onTaken = listener;
    }

    @Override
    public String name() {
        return "wal-receiver";
    }

    @Override
    public boolean hasWork() {
        return !isClosed && !sources.isEmpty() && (stream != null || world.nanoTime() - dueAt >= 0);
    }

    @Override
    public Duration nap() {
        return sources.isEmpty() ? Duration.ofSeconds(1)
                : Duration.ofNanos(Math.clamp(dueAt - world.nanoTime(), 1, Duration.ofSeconds(1).toNanos()));
    }

    @Override
    public void step() throws IOException {
        if (!hasWork()) {
            return;
        }
        FeedSource source = sources.get(turn);
        try {
            Upstream.Stream current = stream;
            if (current == null) {
                connect(source);
            } else {
                receive(current);
            }
        } catch (DivergedException e) {
            ended(source, e);
        } catch (IOException e) {
            throwIfOwn(e);
            ended(source, e);
        } catch (IllegalArgumentException e) {
            // A source that says what makes no sense.
            ended(source, new IOException(e.getMessage(), e));
        }
    }

    /// What the own disk refused is the end of this standby; what a source refused is not.
    private void throwIfOwn(IOException e) throws IOException {
        if (log.failure() != null) {
            throw e;
        }
    }

    private void connect(FeedSource source) throws IOException {
        // Whoever is asked whether it has all that is here must be asked for all of it.
        log.sync();
        status.connecting(source.name());
        Upstream connected = source.source().connect();
        upstream = connected;
        if (isClosed) {
            connected.close();
        }
        SystemIdentity identity = connected.identify();
        TimelineHistory theirs = histories.of(identity.timeline(), connected);
        Lineage lineage = Lineage.judge(
                new Lineage.Side(log.systemId(), log.history(), log.flushLsn()),
                new Lineage.Side(identity.systemId(), theirs, identity.flushed()));
        switch (lineage) {
            case Lineage.Follow(_, TimelineId timeline) -> {
                log.dropUnfinished();
                if (!timeline.equals(log.history().timeline())) {
                    follow(histories.of(timeline, connected), connected);
                }
                begin(connected, source);
            }
            case Lineage.Diverged diverged -> throw DivergedException.of(diverged);
            case Lineage.Behind _, Lineage.Foreign _ -> throw new IOException(lineage.describe());
        }
    }

    private void begin(Upstream connected, FeedSource source) throws IOException {
        Lsn end = log.flushLsn();
        Lsn from = end;
        closeJoin();
        // At a segment's start the segment before may be gone everywhere.
        if (!log.isEmpty() && log.layout().offsetInSegment(end) != 0) {
            own = histories.files(log.history());
            join = new JoinCheck(own, log.layout(), end);
            from = join.from();
        }
        untaken = 0;
        stream = connected.stream(from, log.history().timeline());
        status.streaming(source.name(), from, log.history().timeline());
        LOG.info("following {} from={} timeline={}", source.name(), end, log.history().timeline());
        told = "";
    }

    private void follow(TimelineHistory next, Upstream connected) throws IOException {
        histories.keep(next, connected);
        log.follow(next);
        LOG.info("following timeline={} from={}", next.timeline(), log.flushLsn());
        onTimeline.run();
    }

    private void receive(Upstream.Stream from) throws IOException {
        switch (from.receive()) {
            case StreamMessage.Piece data -> {
                status.heard(data.serverEnd(), data.sentAt());
                Lsn end = data.start().plus(data.bytes().remaining());
                write(data);
                boolean isMoreComing = from.hasMore() || end.isBefore(data.serverEnd());
                if (!isMoreComing) {
                    take(from);
                } else if (untaken >= UNTAKEN_BYTES_MAX || !log.isUnsynced()) {
                    handOver();
                }
            }
            case StreamMessage.Keepalive alive -> {
                status.heard(alive.serverEnd(), alive.sentAt());
                if (untaken > 0) {
                    take(from);
                } else if (alive.isReplyWanted()) {
                    status.reply(from);
                }
            }
            case StreamMessage.EndOfTimeline(TimelineId next, Lsn at) -> {
                // Not told to the server: the stream has ended in both directions.
                log.flush();
                untaken = 0;
                Upstream connected = Objects.requireNonNull(upstream);
                if (!log.layout().startOf(at).equals(log.layout().startOf(log.flushLsn()))) {
                    throw new IOException("timeline " + log.history().timeline() + " was left at " + at
                            + ", but was received up to " + log.flushLsn());
                }
                log.dropUnfinished();
                follow(histories.of(next, connected), connected);
                begin(connected, sources.get(turn));
            }
        }
    }

    private void write(StreamMessage.Piece data) throws IOException {
        JoinCheck check = join;
        if (check != null) {
            check.see(data.start(), data.bytes());
            if (check.isDone()) {
                closeJoin();
            }
        }
        untaken += data.bytes().remaining();
        log.write(data.bytes());
    }

    private void closeJoin() throws IOException {
        join = null;
        if (own != null) {
            own.close();
            own = null;
        }
    }

    /// All that there is for now.
    private void take(Upstream.Stream to) throws IOException {
        if (untaken > ALONE_BYTES_MAX || log.isUnsynced()) {
            handOver();
            return;
        }
        log.flush();
        untaken = 0;
        status.reply(to);
    }

    private void handOver() throws IOException {
        log.take();
        untaken = 0;
        onTaken.run();
    }

    /// The source has no more, or will not give it: the next one's turn, at once if there is one.
    private void ended(FeedSource source, IOException why) throws IOException {
        disconnect();
        closeJoin();
        // Some of the network's exceptions say all they know by their names.
        String reason = source.name() + ": "
                + Objects.requireNonNullElse(why.getMessage(), why.getClass().getSimpleName());
        boolean isNothingNew = isReconnecting || why instanceof EOFException && source.isQuiet();
        if (!isClosed && !isNothingNew && !reason.equals(told)) {
            if (why instanceof DivergedException) {
                LOG.error("not following {}", reason);
            } else {
                LOG.warn("not following {}", reason);
            }
            told = reason;
        }
        status.ended(isNothingNew ? "" : reason);
        turn = (turn + 1) % sources.size();
        if (turn == 0 && !isReconnecting) {
            dueAt = world.nanoTime() + retry.get().toNanos();
        }
        isReconnecting = false;
    }

    private void disconnect() {
        Upstream current = upstream;
        upstream = null;
        stream = null;
        status.disconnected();
        if (current != null) {
            current.close();
        }
    }

    /// The stream that goes on now, to tell it how far we are.
    Upstream.@Nullable Stream stream() {
        return stream;
    }

    /// The settings name another server perhaps: the one that is followed is left, and they are asked again.
    void reconnect() {
        isReconnecting = true;
        Upstream current = upstream;
        if (current != null) {
            current.close();
        }
    }

    /// Who receives is woken, and comes to an end.
    void close() {
        isClosed = true;
        Upstream current = upstream;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void failed(Throwable cause) {
        close();
        log.fail(cause);
    }
}
