package dev.seawall.tools.archiver;

import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/// Which segments of a timeline an archive has.
///
/// @param holes names of the segments missing between the first and the last
record TimelineContent(
        TimelineId timeline, SegmentNumber first, SegmentNumber last, int segments, List<String> holes,
        boolean hasHistory) {

    /// All timelines of which there are segments, in order.
    static List<TimelineContent> of(WalArchive archive) throws IOException {
        PageLayout layout = archive.repository().identity().layout();
        SortedSet<String> names = archive.names();
        Map<TimelineId, List<SegmentNumber>> segments = new TreeMap<>();
        for (String name : names) {
            SegmentName.parse(name, layout).ifPresent(segment ->
                    segments.computeIfAbsent(segment.timeline(), _ -> new ArrayList<>()).add(segment.number()));
        }
        List<TimelineContent> content = new ArrayList<>();
        segments.forEach((timeline, numbers) -> content.add(new TimelineContent(timeline,
                numbers.getFirst(), numbers.getLast(), numbers.size(), holes(timeline, numbers, layout),
                names.contains(TimelineHistory.fileName(timeline)))));
        return content;
    }

    private static List<String> holes(TimelineId timeline, List<SegmentNumber> numbers, PageLayout layout) {
        List<String> holes = new ArrayList<>();
        SegmentNumber expected = numbers.getFirst();
        for (SegmentNumber number : numbers) {
            for (; expected.isBefore(number); expected = expected.next()) {
                holes.add(new SegmentName(timeline, expected).fileName(layout));
            }
            expected = number.next();
        }
        return holes;
    }

    boolean isMissingHistory() {
        return timeline.isAfter(TimelineId.FIRST) && !hasHistory;
    }

    String firstName(PageLayout layout) {
        return new SegmentName(timeline, first).fileName(layout);
    }

    String lastName(PageLayout layout) {
        return new SegmentName(timeline, last).fileName(layout);
    }

    /// Where the archived log of this timeline ends.
    Lsn end(PageLayout layout) {
        return layout.startOf(last.next());
    }

    Map<String, Object> fields(PageLayout layout) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("timeline", Integer.toUnsignedLong(timeline.value()));
        fields.put("first", firstName(layout));
        fields.put("last", lastName(layout));
        fields.put("start_lsn", layout.startOf(first));
        fields.put("end_lsn", end(layout));
        fields.put("segments", segments);
        fields.put("holes", holes);
        fields.put("has_history", hasHistory);
        return fields;
    }
}
