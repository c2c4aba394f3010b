package dev.seawall.wal;

/// A log sequence number: a byte position in the log since its beginning, unsigned 64 bits.
///
/// Zero is no position ([#INVALID]). The end LSN of a record is the byte after it, so ranges
/// are half-open. Prints as PostgreSQL does, `16/B374D848`.
public record Lsn(long value) implements Comparable<Lsn> {

    /// No position: what PostgreSQL writes where there is none.
    public static final Lsn INVALID = new Lsn(0);

    /// Behind every real position.
    public static final Lsn MAX = new Lsn(-1L);

    /// Reads PostgreSQL's text form: one to eight hexadecimal digits, a slash, as many again.
    ///
    /// @throws IllegalArgumentException if the text is not an LSN
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash > 8 || text.length() - slash - 1 < 1 || text.length() - slash - 1 > 8) {
            throw notAnLsn(text);
        }
        try {
            long high = Long.parseUnsignedLong(text.substring(0, slash), 16);
            long low = Long.parseUnsignedLong(text.substring(slash + 1), 16);
            return new Lsn(high << 32 | low);
        } catch (NumberFormatException e) {
            throw notAnLsn(text);
        }
    }

    private static IllegalArgumentException notAnLsn(String text) {
        return new IllegalArgumentException(
                "not an LSN: \"" + text + "\"\nHINT: An LSN looks like 16/B374D848.");
    }

    public boolean isValid() {
        return value != 0;
    }

    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    public boolean isAtLeast(Lsn other) {
        return compareTo(other) >= 0;
    }

    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    /// Bytes from `earlier` to this position.
    public long minus(Lsn earlier) {
        return value - earlier.value;
    }

    public static Lsn min(Lsn a, Lsn b) {
        return a.isBefore(b) ? a : b;
    }

    public static Lsn max(Lsn a, Lsn b) {
        return a.isBefore(b) ? b : a;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return hex(value >>> 32) + "/" + hex(value & 0xFFFF_FFFFL);
    }

    /// The form of pg_waldump's record lines: the low half padded to eight digits.
    public String toPaddedString() {
        String low = hex(value & 0xFFFF_FFFFL);
        return hex(value >>> 32) + "/" + "0".repeat(8 - low.length()) + low;
    }

    private static String hex(long value) {
        return Long.toHexString(value).toUpperCase(java.util.Locale.ROOT);
    }
}
