package dev.seawall.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A number with a unit, as written: `16MB`, `1.5 GB`, `30s`, `200`.
///
/// @param unit as written, or null when there is none
record Amount(double number, @Nullable String unit) {

    /// Bytes of each unit, smallest first.
    static final Map<String, Long> MEMORY = units(
            "B", 1L, "kB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);

    /// Microseconds of each unit, smallest first.
    static final Map<String, Long> TIME = units(
            "us", 1L, "ms", 1_000L, "s", 1_000_000L, "min", 60_000_000L, "h", 3_600_000_000L, "d", 86_400_000_000L);

    private static final Pattern FORM =
            Pattern.compile("\\s*([+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))\\s*([A-Za-z]*)\\s*");

    /// @throws IllegalArgumentException if it is no number, or the unit is not among these
    static Amount parse(String text, Map<String, Long> units) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not an amount" + hint(units));
        }
        String unit = form.group(2);
        if (!unit.isEmpty() && !units.containsKey(unit)) {
            throw new IllegalArgumentException("\"" + text + "\" has the unknown unit \"" + unit + "\"" + hint(units));
        }
        return new Amount(number(form.group(1)), unit.isEmpty() ? null : unit);
    }

    private static double number(String digits) {
        String unsigned = digits.replaceFirst("^[+-]", "");
        if (unsigned.startsWith("0x") || unsigned.startsWith("0X")) {
            double value = new java.math.BigInteger(unsigned.substring(2), 16).doubleValue();
            return digits.startsWith("-") ? -value : value;
        }
        return Double.parseDouble(digits);
    }

    /// In the largest unit that divides the value: `16MB`, `90s`; zero without a unit.
    static String format(long value, Map<String, Long> units) {
        if (value == 0) {
            return "0";
        }
        String best = "";
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (value % unit.getValue() == 0) {
                best = value / unit.getValue() + unit.getKey();
            }
        }
        return best;
    }

    private static String hint(Map<String, Long> units) {
        return "\nHINT: Give a number followed by one of the units " + String.join(", ", units.keySet())
                + " (upper and lower case matter).";
    }

    private static Map<String, Long> units(Object... namesAndSizes) {
        Map<String, Long> units = new LinkedHashMap<>();
        for (int i = 0; i < namesAndSizes.length; i += 2) {
            units.put((String) namesAndSizes[i], (Long) namesAndSizes[i + 1]);
        }
        return java.util.Collections.unmodifiableMap(units);
    }
}
