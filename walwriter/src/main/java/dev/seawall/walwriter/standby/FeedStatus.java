package dev.seawall.walwriter.standby;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.Following;
import dev.seawall.walwriter.received.StandbyLog;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How receiving goes: what the server that is followed is told of it, and who asks here. Thread-safe.
final class FeedStatus {

    /// What is known of the source now.
    private record Seen(String source, String state, Lsn start, @Nullable TimelineId timeline, Lsn latestEnd,
            @Nullable Instant sentAt, @Nullable Instant heardAt, String problem) {

        static final Seen NOTHING = new Seen("", "waiting", Lsn.INVALID, null, Lsn.INVALID, null, null, "");
    }

    private final StandbyLog log;
    private final Supplier<Lsn> applied;
    private final World world;
    private final ReentrantLock replying = new ReentrantLock();
    private volatile Seen seen = Seen.NOTHING;
    private volatile Lsn toldApplied = Lsn.INVALID;
    private volatile Lsn toldFlushed = Lsn.INVALID;
    private volatile long toldAt;

    /// @param applied how far redo is
    FeedStatus(StandbyLog log, Supplier<Lsn> applied, World world) {
        this.log = log;
        this.applied = applied;
        this.world = world;
        this.toldAt = world.nanoTime();
    }

    Following.Receiving receiving() {
        Seen now = seen;
        return new Following.Receiving(now.source(), now.state(), now.start(), now.timeline(), log.written(),
                log.flushLsn(), now.latestEnd(), now.sentAt(), now.heardAt(), now.problem());
    }

    void connecting(String source) {
        Seen before = seen;
        seen = new Seen(source, "connecting", Lsn.INVALID, null, before.latestEnd(), before.sentAt(),
                before.heardAt(), before.problem());
    }

    void streaming(String source, Lsn from, TimelineId timeline) {
        seen = new Seen(source, "streaming", from, timeline, Lsn.INVALID, null, null, "");
    }

    void heard(Lsn serverEnd, Instant sentAt) {
        Seen before = seen;
        seen = new Seen(before.source(), before.state(), before.start(), before.timeline(), serverEnd, sentAt,
                world.now(), before.problem());
    }

    void ended(String problem) {
        Seen before = seen;
        seen = new Seen("", "waiting", Lsn.INVALID, null, before.latestEnd(), before.sentAt(), before.heardAt(),
                problem.isEmpty() ? before.problem() : problem);
    }

    void disconnected() {
        toldApplied = Lsn.INVALID;
        toldFlushed = Lsn.INVALID;
    }

    /// Tells the server how far we are.
    void reply(Upstream.Stream to) throws IOException {
        replying.lock();
        try {
            Lsn flushed = log.flushLsn();
            Lsn redone = Lsn.min(applied.get(), flushed);
            to.reply(Lsn.max(flushed, log.written()), flushed, redone);
            toldApplied = redone;
            toldFlushed = flushed;
            toldAt = world.nanoTime();
        } finally {
            replying.unlock();
        }
    }

    /// Whether the log's end or redo is where the server does not know it to be.
    boolean isNews() {
        Lsn flushed = log.flushLsn();
        return !flushed.equals(toldFlushed) || !Lsn.min(applied.get(), flushed).equals(toldApplied);
    }

    /// Whether redo has all that was received and the server knows it.
    boolean isQuiet() {
        return toldApplied.isValid() && toldApplied.equals(toldFlushed) && toldFlushed.equals(log.flushLsn());
    }

    long toldAt() {
        return toldAt;
    }
}
