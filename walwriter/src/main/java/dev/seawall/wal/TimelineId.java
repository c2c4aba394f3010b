package dev.seawall.wal;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// One branch of a cluster's history, counted from 1; unsigned 32 bits in the log.
public record TimelineId(int value) implements Comparable<TimelineId> {

    public static final TimelineId FIRST = new TimelineId(1);

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    public TimelineId {
        if (value == 0) {
            throw new IllegalArgumentException("timeline 0 does not exist");
        }
    }

    /// Reads the eight hexadecimal digits that file names begin with.
    public static TimelineId parseHex(String digits) {
        return new TimelineId(Integer.parseUnsignedInt(digits, 16));
    }

    public TimelineId next() {
        return new TimelineId(value + 1);
    }

    public boolean isAfter(TimelineId other) {
        return compareTo(other) > 0;
    }

    /// The eight upper-case digits of file names.
    public String toHex() {
        return HEX.toHexDigits(value);
    }

    /// As a record has it, but not linked at its first call, for which each start would wait 30 milliseconds.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TimelineId that && value == that.value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    @Override
    public int compareTo(TimelineId other) {
        return Integer.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}
