package dev.seawall.walwriter.query.value;

import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers as text.
final class NumberText {

    /// Digits before and behind the point that PostgreSQL's numeric can have.
    private static final int WHOLE_DIGITS_MAX = 131_072;
    private static final int SCALE_MAX = 16_383;
    /// From this power of ten on, and below the other, a float is written with an exponent.
    private static final int EXPONENT_FROM = 15;
    private static final int EXPONENT_BELOW = -4;
    /// Longer than any 64 bits, whatever zeros stand in front.
    private static final int WHOLE_TEXT_MAX = 1000;

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

    private NumberText() {}

    static long parseWhole(PgType type, String text, long min, long max) {
        String digits = text.strip();
        if (digits.length() > WHOLE_TEXT_MAX || !WHOLE.matcher(digits).matches()) {
            throw Values.invalid(type, text);
        }
        try {
            long value = Long.parseLong(digits);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // More than 64 bits: said below.
        }
        throw SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value \"" + Values.shown(digits)
                + "\" is out of range for type " + type.sqlName());
    }

    static BigDecimal parseNumeric(String text) {
        String digits = text.strip();
        if (!DECIMAL.matcher(digits).matches()) {
            throw Values.invalid(PgType.NUMERIC, text);
        }
        BigDecimal value;
        try {
            value = digits.length() > WHOLE_DIGITS_MAX + SCALE_MAX ? null : new BigDecimal(digits);
        } catch (NumberFormatException e) {
            value = null;
        }
        if (value == null || (long) value.precision() - value.scale() > WHOLE_DIGITS_MAX
                || value.scale() > SCALE_MAX) {
            throw SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
        }
        return value.scale() < 0 ? value.setScale(0) : value;
    }

    static double parseFloat(String text) {
        String digits = text.strip();
        switch (digits.toLowerCase(Locale.ROOT)) {
            case "nan" -> {
                return Double.NaN;
            }
            case "infinity", "+infinity", "inf", "+inf" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-infinity", "-inf" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                return parseFinite(text, digits);
            }
        }
    }

    private static double parseFinite(String text, String digits) {
        if (!DECIMAL.matcher(digits).matches()) {
            throw Values.invalid(PgType.FLOAT8, text);
        }
        double value = Double.parseDouble(digits);
        boolean isTooSmall = value == 0 && digits.split("[eE]")[0].chars().anyMatch(c -> c >= '1' && c <= '9');
        if (Double.isInfinite(value) || isTooSmall) {
            throw SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "\"" + Values.shown(digits)
                    + "\" is out of range for type double precision");
        }
        return value;
    }

    /// The fewest digits that are read as the same value, as C's `%g` puts them.
    static String format(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        // Java has two digits at least of the smallest, which one tells.
        String java = Math.abs(value) == Double.MIN_VALUE ? "5e-324" : Double.toString(Math.abs(value));
        BigDecimal shortest = new BigDecimal(java).stripTrailingZeros();
        String digits = shortest.unscaledValue().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        String sign = value < 0 ? "-" : "";
        if (exponent >= EXPONENT_BELOW && exponent < EXPONENT_FROM) {
            return sign + shortest.toPlainString();
        }
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : String.valueOf(Math.abs(exponent));
        return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + power;
    }
}
