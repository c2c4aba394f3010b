package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What a standby's sessions ask of the one who brings its log.
public interface Following {

    /// How receiving goes: pg_stat_wal_receiver's row.
    ///
    /// @param source    where the log comes from now: `the primary`; empty if from nowhere
    /// @param state     `connecting`, `streaming` or `waiting`
    /// @param start     where the stream began
    /// @param latestEnd how far the server's log was, when it last said so
    /// @param sentAt    by the server's clock
    /// @param problem   why the last source was left; empty if that is nothing to tell
    record Receiving(String source, String state, Lsn start, @Nullable TimelineId timeline, Lsn written, Lsn flushed,
            Lsn latestEnd, @Nullable Instant sentAt, @Nullable Instant heardAt, String problem) {}

    Receiving receiving();

    /// Makes a primary of it, on a timeline of its own.
    ///
    /// @return done when it takes commits, or failed with it
    /// @throws IllegalStateException if it has not all that it needs for that
    CompletableFuture<Void> promote();
}
