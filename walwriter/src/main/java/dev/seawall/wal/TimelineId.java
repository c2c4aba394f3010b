package dev.seawall.wal;

/// One branch of a cluster's history, counted from 1; unsigned 32 bits in the log.
public record TimelineId(int value) implements Comparable<TimelineId> {

    public static final TimelineId FIRST = new TimelineId(1);

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
        return String.format("%08X", value);
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
