package dev.seawall.tools.waldump;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.WalReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which part of which log is to be shown.
///
/// @param end [Lsn#INVALID] if it is the log's own end
record DumpRange(LogDirectory directory, TimelineId timeline, Lsn start, Lsn end) {

    private static final int NAME_DIGITS = 24;

    /// What a segment's file name says; what follows the 24 digits (`.partial`) is not part of it.
    private record Named(TimelineId timeline, SegmentNumber number) {

        static Named parse(String fileName, PageLayout layout) {
            String digits = fileName.length() >= NAME_DIGITS ? fileName.substring(0, NAME_DIGITS) : "";
            if (!digits.matches("[0-9A-Fa-f]{24}") || digits.startsWith("00000000")) {
                throw FatalException.badArgument("\"" + fileName + "\" is not a WAL file's name");
            }
            return new Named(TimelineId.parseHex(digits.substring(0, 8)), new SegmentNumber(
                    Long.parseLong(digits.substring(8, 16), 16) * layout.segmentsIn4GiB()
                            + Long.parseLong(digits.substring(16), 16)));
        }
    }

    /// A reader that ends where this does.
    WalReader reader(SegmentBytes bytes) {
        WalReader reader = new WalReader(bytes, directory.layout());
        reader.version(directory.version());
        if (end.isValid()) {
            reader.limit(end);
        }
        return reader;
    }

    /// Finds the log and its bounds as pg_waldump does.
    ///
    /// @param segments STARTSEG and ENDSEG, as far as given; a directory in front of STARTSEG counts
    static DumpRange of(
            @Nullable Path path, List<String> segments, int timeline, @Nullable Lsn from, @Nullable Lsn to) {
        if (path != null) {
            LogDirectory.require(path, true);
        }
        Lsn start = from == null ? Lsn.INVALID : from;
        Lsn end = to == null ? Lsn.INVALID : to;
        DumpRange range;
        if (segments.isEmpty()) {
            LogDirectory found = LogDirectory.find(path, null);
            range = new DumpRange(found, new TimelineId(timeline == 0 ? -1 : timeline), start, end);
        } else {
            range = ofSegments(path, segments, start, end);
        }
        if (!range.start.isValid()) {
            throw FatalException.badArgument("no start WAL location given");
        }
        return range;
    }

    private static DumpRange ofSegments(
            @Nullable Path path, List<String> segments, Lsn from, Lsn to) {
        Path given = path;
        String name = plainName(segments.get(0));
        if (given == null && segments.get(0).indexOf('/') >= 0) {
            given = Path.of(segments.get(0).substring(0, segments.get(0).lastIndexOf('/') + 1));
            LogDirectory.require(given, false);
        }
        LogDirectory directory = LogDirectory.find(given, name);
        PageLayout layout = directory.layout();
        Named first = Named.parse(name, layout);
        Lsn start = from.isValid() ? from : layout.startOf(first.number());
        if (!layout.segmentOf(start).equals(first.number())) {
            throw FatalException.badArgument("start WAL location " + start + " is not inside file \"" + name + "\"");
        }
        Named last = first;
        if (segments.size() > 1) {
            String lastName = plainName(segments.get(1));
            directory.requireFile(lastName);
            last = Named.parse(lastName, layout);
            if (last.number().isBefore(first.number())) {
                throw FatalException.of("ENDSEG " + segments.get(1) + " is before STARTSEG " + segments.get(0));
            }
        }
        Lsn behind = layout.startOf(last.number().next());
        Lsn end = to.isValid() ? to : behind;
        if (!layout.segmentOf(end).equals(last.number()) && !end.equals(behind)) {
            throw FatalException.badArgument("end WAL location " + end + " is not inside file \""
                    + segments.get(segments.size() - 1) + "\"");
        }
        return new DumpRange(directory, last.timeline(), start, end);
    }

    private static String plainName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
