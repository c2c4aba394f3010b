package dev.seawall.tools;

import java.time.Duration;
import java.util.Locale;

/// Sizes, counts and times as people read them: `16.0 MB`, `4,641`, `1.25 s`.
public final class Quantity {

    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private Quantity() {}

    /// Binary units by PostgreSQL's names.
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    public static String time(Duration time) {
        double micros = time.toNanos() / 1e3;
        if (micros < 1000) {
            return String.format(Locale.ROOT, "%.0f us", micros);
        }
        if (micros < 1e6) {
            return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
        }
        if (micros < 60e6) {
            return String.format(Locale.ROOT, "%.2f s", micros / 1e6);
        }
        return String.format(Locale.ROOT, "%d min %02d s", time.toMinutes(), time.toSecondsPart());
    }
}
