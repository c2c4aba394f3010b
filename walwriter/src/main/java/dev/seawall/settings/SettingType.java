package dev.seawall.settings;

import dev.seawall.walwriter.syncrep.StandbyNames;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What values a setting takes, how they are written, and which are in range.
///
/// Text forms are those of postgresql.conf: amounts with a unit (`B kB MB GB TB`, `us ms s min h
/// d`, upper and lower case told apart), or a bare number in the setting's own unit.
public sealed interface SettingType<T> {

    /// Reads a value.
    ///
    /// @throws IllegalArgumentException with what is wrong with it and a hint, but neither the
    ///         setting's name nor the place, which the caller knows
    T parse(String text);

    /// The value as `parse` takes it, in the largest unit that divides it.
    String format(T value);

    /// What a table of settings says of the type: `integer`, `memory` ...
    String describe();

    /// An amount of memory or disk space in bytes; a bare number counts in `unit` bytes.
    ///
    /// @param min [#NONE]: -1 may be given, for no amount at all
    record Memory(long unit, long min, long max) implements SettingType<Long> {

        /// Value and text of a setting that is without limit.
        public static final long NONE = -1;

        @Override
        public Long parse(String text) {
            if (min == NONE && text.strip().equals("-1")) {
                return NONE;
            }
            Amount amount = Amount.parse(text, Amount.MEMORY);
            double bytes = amount.number() * (amount.unit() == null ? unit : Amount.MEMORY.get(amount.unit()));
            long rounded = Math.round(bytes / unit) * unit;
            return inRange(text, rounded, rounded >= min && rounded <= max, this, min, max);
        }

        @Override
        public String format(Long value) {
            return value == NONE ? "-1" : Amount.format(value, Amount.MEMORY);
        }

        @Override
        public String describe() {
            return "memory";
        }
    }

    /// A time span; a bare number counts in `unit`.
    record Time(Duration unit, Duration min, Duration max) implements SettingType<Duration> {

        @Override
        public Duration parse(String text) {
            Amount amount = Amount.parse(text, Amount.TIME);
            long unitMicros = unit.toNanos() / 1000;
            double micros = amount.number()
                    * (amount.unit() == null ? unitMicros : Amount.TIME.get(amount.unit()));
            Duration rounded = Duration.ofNanos(Math.round(micros / unitMicros) * unitMicros * 1000);
            boolean isInside = rounded.compareTo(min) >= 0 && rounded.compareTo(max) <= 0;
            return inRange(text, rounded, isInside, this, min, max);
        }

        @Override
        public String format(Duration value) {
            return Amount.format(value.toNanos() / 1000, Amount.TIME);
        }

        @Override
        public String describe() {
            return "time";
        }
    }

    /// A whole number.
    record Whole(int min, int max) implements SettingType<Integer> {

        @Override
        public Integer parse(String text) {
            int value;
            try {
                value = Integer.parseInt(text.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("\"" + text + "\" is not a whole number"
                        + "\nHINT: Give a number from " + min + " to " + max + ".", e);
            }
            return inRange(text, value, value >= min && value <= max, this, min, max);
        }

        @Override
        public String format(Integer value) {
            return value.toString();
        }

        @Override
        public String describe() {
            return "integer";
        }
    }

    /// A number with a fraction.
    record Real(double min, double max) implements SettingType<Double> {

        @Override
        public Double parse(String text) {
            double value;
            try {
                value = Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("\"" + text + "\" is not a number"
                        + "\nHINT: Give a number from " + min + " to " + max + ".", e);
            }
            return inRange(text, value, value >= min && value <= max, this, min, max);
        }

        @Override
        public String format(Double value) {
            return value.toString();
        }

        @Override
        public String describe() {
            return "real";
        }
    }

    /// On or off: `on off true false yes no 1 0`.
    record Switch() implements SettingType<Boolean> {

        @Override
        public Boolean parse(String text) {
            return switch (text.strip().toLowerCase(Locale.ROOT)) {
                case "on", "true", "yes", "1" -> true;
                case "off", "false", "no", "0" -> false;
                default -> throw new IllegalArgumentException("\"" + text + "\" is neither on nor off"
                        + "\nHINT: Give on or off.");
            };
        }

        @Override
        public String format(Boolean value) {
            return value ? "on" : "off";
        }

        @Override
        public String describe() {
            return "boolean";
        }
    }

    /// One of the constants of an enum, written in lower case.
    record Choice<E extends Enum<E>>(Class<E> of) implements SettingType<E> {

        @Override
        public E parse(String text) {
            String wanted = text.strip();
            for (E constant : of.getEnumConstants()) {
                if (format(constant).equalsIgnoreCase(wanted)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("\"" + text + "\" is none of its values"
                    + "\nHINT: Give one of " + String.join(", ", names()) + ".");
        }

        /// What may be given.
        public List<String> names() {
            return Arrays.stream(of.getEnumConstants()).map(this::format).collect(Collectors.toList());
        }

        @Override
        public String format(E value) {
            return value.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String describe() {
            return "enum";
        }
    }

    /// Any text; empty means that it is not set.
    record Text() implements SettingType<String> {

        @Override
        public String parse(String text) {
            return text;
        }

        @Override
        public String format(String value) {
            return value;
        }

        @Override
        public String describe() {
            return "string";
        }
    }

    /// Which standbys are synchronous: a list of names, or empty.
    record Standbys() implements SettingType<StandbyNames> {

        @Override
        public StandbyNames parse(String text) {
            return StandbyNames.parse(text);
        }

        @Override
        public String format(StandbyNames value) {
            return value.text();
        }

        @Override
        public String describe() {
            return "string";
        }
    }

    /// The mode of a file: an octal number.
    record Octal() implements SettingType<Integer> {

        @Override
        public Integer parse(String text) {
            if (!text.matches("0?[0-7]{3}")) {
                throw new IllegalArgumentException("\"" + text + "\" is no mode of a file"
                        + "\nHINT: Give an octal number from 0000 to 0777.");
            }
            return Integer.parseInt(text, 8);
        }

        @Override
        public String format(Integer value) {
            return String.format(Locale.ROOT, "%04o", value);
        }

        @Override
        public String describe() {
            return "integer";
        }
    }

    private static <T> T inRange(String text, T value, boolean isInside, SettingType<T> type, T min, T max) {
        if (!isInside) {
            throw new IllegalArgumentException("\"" + text + "\" is out of range"
                    + "\nHINT: Give a value from " + type.format(min) + " to " + type.format(max) + ".");
        }
        return value;
    }
}
