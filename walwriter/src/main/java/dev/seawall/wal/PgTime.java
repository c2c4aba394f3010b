package dev.seawall.wal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// PostgreSQL's timestamps: microseconds since 2000-01-01 00:00 UTC, as records carry them.
///
/// A checkpoint and the control file carry whole seconds since 1970 instead.
public final class PgTime {

    private static final long EPOCH_SECONDS = 946_684_800L;

    private PgTime() {}

    public static long of(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond() - EPOCH_SECONDS, 1_000_000L),
                instant.getNano() / 1_000);
    }

    public static Instant toInstant(long pgMicros) {
        return Instant.EPOCH.plusSeconds(EPOCH_SECONDS).plus(pgMicros, ChronoUnit.MICROS);
    }
}
