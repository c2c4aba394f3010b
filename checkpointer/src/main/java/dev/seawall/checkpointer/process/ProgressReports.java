package dev.seawall.checkpointer.process;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.WatchedRole;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells the walwriter how far the checkpointer is: over the stream, whose slot it moves, and over the
/// link; a role.
///
/// Often when there is something new, for how far redo is slows the log down when it lags; seldom, as
/// a sign of life, when there is nothing.
final class ProgressReports implements Role {

    private static final Duration NAP = Duration.ofMillis(250);
    private static final long REPLY_NANOS = 1_000_000_000L;
    private static final long LIFE_NANOS = 10_000_000_000L;

    private final Supplier<@Nullable FollowedLog> followed;
    private final Supplier<@Nullable Link> attached;
    private final World world;
    private final Instant since;
    private volatile boolean isAsked;
    private volatile World.@Nullable Running running;
    // The role's own.
    private @Nullable Link toldTo;
    private CheckpointerActivity told = CheckpointerActivity.NONE;
    private long toldNanos;
    private long repliedNanos;
    private Lsn repliedRedoPoint = Lsn.INVALID;

    ProgressReports(Supplier<@Nullable FollowedLog> followed, Supplier<@Nullable Link> attached, World world) {
        this.followed = followed;
        this.attached = attached;
        this.world = world;
        this.since = world.now();
    }

    /// The walwriter wants to be told now.
    void ask() {
        isAsked = true;
        World.Running started = running;
        if (started != null) {
            started.wake();
        }
    }

    /// @param in whose roles may wait for the walwriter
    void start(World in, Consumer<Throwable> onFailure) {
        running = in.start(new WatchedRole(this, onFailure));
    }

    void close() {
        World.Running started = running;
        if (started != null) {
            started.close();
        }
    }

    @Override
    public String name() {
        return "progress-reports";
    }

    @Override
    public boolean hasWork() {
        return isAsked;
    }

    @Override
    public Duration nap() {
        return NAP;
    }

    @Override
    public void step() {
        FollowedLog log = followed.get();
        if (log == null) {
            return;
        }
        long now = world.nanoTime();
        Lsn redoPoint = log.dataFiles().redoPoint();
        if (isAsked || now - repliedNanos >= REPLY_NANOS || !redoPoint.equals(repliedRedoPoint)) {
            isAsked = false;
            repliedNanos = now;
            repliedRedoPoint = redoPoint;
            log.reply();
        }
        Link link = attached.get();
        CheckpointerActivity activity = activity(log);
        if (link != null && (link != toldTo || !activity.equals(told) || now - toldNanos >= LIFE_NANOS)) {
            try {
                link.tell(new LinkMessage.CheckpointerTold(activity));
                toldTo = link;
                told = activity;
                toldNanos = now;
            } catch (IOException e) {
                // Who receives finds out; the next link is told.
                link.close();
            }
        }
    }

    private CheckpointerActivity activity(FollowedLog log) {
        return log.checkpointer().statistics().activity(log.dataFiles().redoPoint(), log.redo().progress(),
                log.redo().applied(), since);
    }

    @Override
    public void failed(Throwable cause) {
        isAsked = false;
    }
}
