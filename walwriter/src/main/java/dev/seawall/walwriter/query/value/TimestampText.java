package dev.seawall.walwriter.query.value;

import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// timestamptz as text: `2026-11-22 09:45:49.123+00`; read in ISO's forms with any offset, UTC where
/// there is none.
final class TimestampText {

    private static final int NANOS_A_MICRO = 1000;
    private static final Pattern ISO = Pattern.compile("(\\d{4,6})-(\\d{1,2})-(\\d{1,2})"
            + "(?:[ Tt]+(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{1,9})\\d{0,20})?)?)?"
            + "\\s*(?:([Zz]|UTC|utc)|([+-]\\d{1,2})(?::?(\\d{2}))?(?::?(\\d{2}))?)?");

    private TimestampText() {}

    static String format(Instant value) {
        OffsetDateTime time = value.atOffset(ZoneOffset.UTC);
        int year = time.getYear() > 0 ? time.getYear() : 1 - time.getYear();
        StringBuilder text = new StringBuilder(32);
        padded(year, 4, text).append('-');
        padded(time.getMonthValue(), 2, text).append('-');
        padded(time.getDayOfMonth(), 2, text).append(' ');
        padded(time.getHour(), 2, text).append(':');
        padded(time.getMinute(), 2, text).append(':');
        padded(time.getSecond(), 2, text);
        fraction(time.getNano() / NANOS_A_MICRO, text).append("+00");
        return time.getYear() > 0 ? text.toString() : text.append(" BC").toString();
    }

    static StringBuilder padded(long value, int digits, StringBuilder into) {
        String text = Long.toString(value);
        return into.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
    }

    /// Microseconds behind a point, without the zeros at their end.
    static StringBuilder fraction(int micros, StringBuilder into) {
        if (micros != 0) {
            padded(micros, 6, into.append('.'));
            while (into.charAt(into.length() - 1) == '0') {
                into.setLength(into.length() - 1);
            }
        }
        return into;
    }

    static Instant parse(String text) {
        String value = text.strip();
        if (value.equalsIgnoreCase("epoch")) {
            return Instant.EPOCH;
        }
        Matcher form = value.length() > 64 ? null : ISO.matcher(value);
        if (form == null || !form.matches()) {
            throw Values.invalid(PgType.TIMESTAMPTZ, text);
        }
        try {
            LocalDateTime local = LocalDateTime.of(number(form.group(1)), number(form.group(2)),
                    number(form.group(3)), number(form.group(4)), number(form.group(5)), number(form.group(6)))
                    .plusNanos(Math.round(number((fractionOf(form) + "00000000").substring(0, 9)) / 1000.0) * 1000);
            return local.toInstant(offset(form));
        } catch (DateTimeException e) {
            throw SqlException.error(SqlState.DATETIME_FIELD_OVERFLOW,
                    "date/time field value out of range: \"" + text + "\"");
        }
    }

    private static String fractionOf(Matcher form) {
        return form.group(7) == null ? "0" : form.group(7);
    }

    private static ZoneOffset offset(Matcher form) {
        if (form.group(9) == null) {
            return ZoneOffset.UTC;
        }
        int sign = form.group(9).startsWith("-") ? -1 : 1;
        return ZoneOffset.ofHoursMinutesSeconds(number(form.group(9)), sign * number(form.group(10)),
                sign * number(form.group(11)));
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
