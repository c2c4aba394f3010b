package dev.seawall.walwriter.query.value;

import dev.seawall.walwriter.wire.PgType;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// interval as text: `26:03:04.5`. Read also by units up to weeks; a day is 24 hours here, and months
/// there are none.
final class IntervalText {

    private static final int TEXT_MAX = 100;
    private static final Pattern CLOCK =
            Pattern.compile("([+-]?)(\\d{1,9}):(\\d{1,2})(?::(\\d{1,2}(?:\\.\\d{0,9})?))?");
    private static final Pattern AMOUNT = Pattern.compile("([+-]?\\d{1,9}(?:\\.\\d{0,9})?)\\s*([a-z]+)\\s*");

    private IntervalText() {}

    static String format(Duration value) {
        // Of a negative one the seconds are one too low, and the nanoseconds make up for it.
        Duration size = value.abs();
        StringBuilder text = new StringBuilder(value.isNegative() ? "-" : "");
        TimestampText.padded(size.toHours(), 2, text).append(':');
        TimestampText.padded(size.toMinutesPart(), 2, text).append(':');
        TimestampText.padded(size.toSecondsPart(), 2, text);
        return TimestampText.fraction(size.toNanosPart() / 1000, text).toString();
    }

    static Duration parse(String text) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        Duration sum = value.length() > TEXT_MAX ? null : clock(value);
        if (sum == null) {
            sum = value.length() > TEXT_MAX ? null : amounts(value);
        }
        if (sum == null) {
            throw Values.invalid(PgType.INTERVAL, text);
        }
        return sum;
    }

    private static @Nullable Duration clock(String value) {
        Matcher form = CLOCK.matcher(value);
        if (!form.matches()) {
            return null;
        }
        double seconds = form.group(4) == null ? 0 : Double.parseDouble(form.group(4));
        Duration size = Duration.ofHours(Long.parseLong(form.group(2)))
                .plusMinutes(Long.parseLong(form.group(3))).plus(micros(seconds * 1e6));
        return form.group(1).equals("-") ? size.negated() : size;
    }

    private static Duration micros(double micros) {
        return Duration.ofNanos(Math.round(micros) * 1000);
    }

    private static @Nullable Duration amounts(String value) {
        if (value.matches("[+-]?\\d{1,9}(\\.\\d{0,9})?")) {
            return micros(Double.parseDouble(value) * 1e6);
        }
        Matcher form = AMOUNT.matcher(value);
        Duration sum = Duration.ZERO;
        int at = 0;
        while (at < value.length()) {
            if (!form.find(at) || form.start() != at) {
                return null;
            }
            double micros = microsOf(form.group(2));
            if (micros == 0) {
                return null;
            }
            sum = sum.plus(micros(Double.parseDouble(form.group(1)) * micros));
            at = form.end();
        }
        return at == 0 ? null : sum;
    }

    /// Zero if there is no such unit.
    private static double microsOf(String unit) {
        return switch (unit) {
            case "us", "usec", "usecs", "microsecond", "microseconds" -> 1;
            case "ms", "msec", "msecs", "millisecond", "milliseconds" -> 1e3;
            case "s", "sec", "secs", "second", "seconds" -> 1e6;
            case "m", "min", "mins", "minute", "minutes" -> 60e6;
            case "h", "hr", "hrs", "hour", "hours" -> 3600e6;
            case "d", "day", "days" -> 86_400e6;
            case "w", "week", "weeks" -> 7 * 86_400e6;
            default -> 0;
        };
    }
}
