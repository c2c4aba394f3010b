package dev.seawall.wal;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// A segment's file name: 24 upper-case hexadecimal digits of timeline, then segment number
/// split as `number / n` and `number % n` where `n` is the segments in 4 GiB.
///
/// What the digits mean depends on the segment size, so parsing and printing take a
/// [PageLayout].
public record SegmentName(TimelineId timeline, SegmentNumber number) {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final Pattern FORM = Pattern.compile("[0-9A-F]{24}");

    /// Whether the text has a segment name's form, whatever the segment size.
    public static boolean isSegmentName(String fileName) {
        return FORM.matcher(fileName).matches();
    }

    /// Reads a file name; empty if it is not a segment's (of this segment size).
    public static Optional<SegmentName> parse(String fileName, PageLayout layout) {
        if (!isSegmentName(fileName) || fileName.startsWith("00000000")) {
            return Optional.empty();
        }
        long high = Long.parseLong(fileName.substring(8, 16), 16);
        long low = Long.parseLong(fileName.substring(16), 16);
        if (low >= layout.segmentsIn4GiB()) {
            return Optional.empty();
        }
        return Optional.of(new SegmentName(
                TimelineId.parseHex(fileName.substring(0, 8)),
                new SegmentNumber(high * layout.segmentsIn4GiB() + low)));
    }

    public String fileName(PageLayout layout) {
        return timeline.toHex()
                + HEX.toHexDigits((int) (number.value() / layout.segmentsIn4GiB()))
                + HEX.toHexDigits((int) (number.value() % layout.segmentsIn4GiB()));
    }
}
