package dev.seawall.walwriter.query.view;

import dev.seawall.walwriter.WalCounters;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.View;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the log, the checkpointer and the archiver have done since they started: one row each.
final class LogViews {

    static final List<View> ALL = List.of(
            new View("pg_stat_wal", Table.columns("wal_records int8", "wal_fpi int8", "wal_bytes numeric",
                    "wal_buffers_full int8", "wal_write int8", "wal_sync int8", "wal_write_time float8",
                    "wal_sync_time float8", "stats_reset timestamptz"), LogViews::wal),
            new View("pg_stat_archiver", Table.columns("archived_count int8", "last_archived_wal text",
                    "last_archived_time timestamptz", "failed_count int8", "last_failed_wal text",
                    "last_failed_time timestamptz", "stats_reset timestamptz"), LogViews::archiver),
            new View("pg_stat_checkpointer", Table.columns("num_timed int8", "num_requested int8",
                    "restartpoints_timed int8", "restartpoints_req int8", "restartpoints_done int8",
                    "write_time float8", "sync_time float8", "buffers_written int8", "stats_reset timestamptz"),
                    LogViews::checkpointer),
            new View("pg_stat_bgwriter", Table.columns("checkpoints_timed int8", "checkpoints_req int8",
                    "checkpoint_write_time float8", "checkpoint_sync_time float8", "buffers_checkpoint int8",
                    "buffers_clean int8", "maxwritten_clean int8", "buffers_backend int8",
                    "buffers_backend_fsync int8", "buffers_alloc int8", "stats_reset timestamptz"),
                    LogViews::backgroundWriter));

    private LogViews() {}

    static @Nullable Instant micros(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS);
    }

    /// Every flush writes once and syncs once, and is timed always. Images are not counted.
    private static void wal(Caller caller, Rows into) {
        Cluster cluster = caller.cluster();
        WalCounters counters = cluster.log().isInRecovery() ? new WalCounters() : cluster.wal().counters();
        long flushes = counters.flushes();
        into.row(counters.records(), null, BigDecimal.valueOf(counters.recordBytes()), counters.timesBuffersFull(),
                flushes, flushes, counters.writeNanos() / 1e6, counters.syncNanos() / 1e6, micros(cluster.started()));
    }

    private static void archiver(Caller caller, Rows into) {
        ArchiverActivity done = caller.cluster().archiver().get();
        into.row(done.archived(), done.lastArchived(), micros(done.lastArchivedTime()), done.failed(),
                done.lastFailed(), micros(done.lastFailedTime()), micros(done.since()));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    /// As PostgreSQL does, a checkpoint that the log's volume brought about counts as requested.
    private static void checkpointer(Caller caller, Rows into) {
        CheckpointerActivity done = caller.cluster().checkpointing().activity();
        into.row(done.timed(), done.byVolume() + done.requested(), 0L, 0L, 0L, millis(done.writeTime()),
                millis(done.syncTime()), done.pagesWritten(), micros(done.since()));
    }

    private static void backgroundWriter(Caller caller, Rows into) {
        CheckpointerActivity done = caller.cluster().checkpointing().activity();
        into.row(done.timed(), done.byVolume() + done.requested(), millis(done.writeTime()), millis(done.syncTime()),
                done.pagesWritten(), null, null, null, null, null, micros(done.since()));
    }
}
