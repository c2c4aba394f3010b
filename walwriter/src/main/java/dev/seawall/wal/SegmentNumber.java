package dev.seawall.wal;

/// Which segment of the log, counted from LSN 0: `lsn / segmentBytes`.
///
/// What LSN a number begins at depends on the segment size: [PageLayout#startOf(SegmentNumber)].
public record SegmentNumber(long value) implements Comparable<SegmentNumber> {

    public SegmentNumber next() {
        return new SegmentNumber(value + 1);
    }

    public SegmentNumber plus(long segments) {
        return new SegmentNumber(value + segments);
    }

    public long minus(SegmentNumber earlier) {
        return value - earlier.value;
    }

    public boolean isBefore(SegmentNumber other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(SegmentNumber other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(SegmentNumber other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
