package dev.seawall.tools.waldump.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/// PostgreSQL's timestamps as pg_waldump prints them: `2026-11-22 10:00:00.123456 UTC`, in the local
/// time zone. Neighbouring records mostly share a second, so its text is kept.
final class TimeText {

    private static final long MICROS = 1_000_000;
    private static final long EPOCH_SECONDS = 946_684_800;
    private static final Set<String> UTC_NAMES = Set.of("UTC", "Etc/UTC", "Z", "UCT", "Zulu", "Universal");

    private final ZoneId zone;
    private boolean isCached;
    private long cachedSecond;
    private String cachedTime = "";
    private String cachedZone = "";

    TimeText(ZoneId zone) {
        this.zone = zone;
    }

    TextOutput put(TextOutput out, long pgMicros) {
        long second = pgMicros / MICROS;
        int micros = (int) (pgMicros % MICROS);
        if (!isCached || second != cachedSecond) {
            cache(second);
        }
        out.put(cachedTime).put('.');
        // C's division leaves the sign with the remainder, and pg_waldump prints it.
        if (micros < 0) {
            out.put('-').putZeroPadded(-micros, -micros < 100_000 ? 5 : 6);
        } else {
            out.putZeroPadded(micros, 6);
        }
        return out.put(' ').put(cachedZone);
    }

    private void cache(long second) {
        ZonedDateTime time = Instant.ofEpochSecond(second + EPOCH_SECONDS).atZone(zone);
        StringBuilder text = new StringBuilder(20).append(time.getYear());
        pad(text.append('-'), time.getMonthValue());
        pad(text.append('-'), time.getDayOfMonth());
        pad(text.append(' '), time.getHour());
        pad(text.append(':'), time.getMinute());
        pad(text.append(':'), time.getSecond());
        cachedTime = text.toString();
        // Names of zones come from locale data, which is slow to load: not for UTC.
        cachedZone = UTC_NAMES.contains(zone.getId())
                ? "UTC" : DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(time);
        cachedSecond = second;
        isCached = true;
    }

    private static void pad(StringBuilder text, int value) {
        text.append(value < 10 ? "0" : "").append(value);
    }
}
