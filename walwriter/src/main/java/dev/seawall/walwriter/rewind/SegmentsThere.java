package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Which of the log's segments are there: older ones were removed.
///
/// @param segments of all timelines
record SegmentsThere(PageLayout layout, List<SegmentName> segments) {

    SegmentsThere {
        segments = List.copyOf(segments);
    }

    /// From where on the log is there without a gap up to a place; the start of that place's segment, if that
    /// is not there itself.
    Lsn beginBefore(Lsn end) {
        Set<SegmentNumber> there = segments.stream().map(SegmentName::number).collect(Collectors.toSet());
        SegmentNumber oldest = layout.segmentOf(end.plus(-1));
        while (oldest.value() > 0 && there.contains(new SegmentNumber(oldest.value() - 1))) {
            oldest = new SegmentNumber(oldest.value() - 1);
        }
        return layout.startOf(oldest);
    }
}
