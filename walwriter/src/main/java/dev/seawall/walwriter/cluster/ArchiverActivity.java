package dev.seawall.walwriter.cluster;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the archiver has done since it started: pg_stat_archiver's row.
///
/// @param lastArchived file name; null before the first
/// @param since        when it began to count; null if it never told
public record ArchiverActivity(
        long archived,
        @Nullable String lastArchived,
        @Nullable Instant lastArchivedTime,
        long failed,
        @Nullable String lastFailed,
        @Nullable Instant lastFailedTime,
        @Nullable Instant since) {

    public static final ArchiverActivity NONE = new ArchiverActivity(0, null, null, 0, null, null, null);
}
