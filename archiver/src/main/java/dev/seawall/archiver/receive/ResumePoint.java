package dev.seawall.archiver.receive;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Where the log goes on that is here already.
public record ResumePoint(Lsn position, TimelineId timeline) {

    static final String PARTIAL = ".partial";

    /// A segment's start: streams begin there, so that every file is filled from its first byte.
    ResumePoint atSegment(PageLayout layout) {
        return new ResumePoint(layout.startOf(layout.segmentOf(position)), timeline);
    }

    /// Behind the newest of these segments, or at the begin of one that is partial. Newest is the highest number,
    /// then the highest timeline: a timeline that was left is older than the one that goes on.
    ///
    /// @param names of files; what is no segment is passed over
    static Optional<ResumePoint> behind(Collection<String> names, PageLayout layout) {
        return names.stream()
                .flatMap(name -> of(name, layout).stream())
                .max(Comparator.comparing(ResumePoint::position).thenComparing(ResumePoint::timeline));
    }

    private static Optional<ResumePoint> of(String name, PageLayout layout) {
        boolean isPartial = name.endsWith(PARTIAL);
        String plain = isPartial ? name.substring(0, name.length() - PARTIAL.length()) : name;
        if (!SegmentName.isSegmentName(plain)) {
            return Optional.empty();
        }
        return SegmentName.parse(plain, layout).map(segment -> new ResumePoint(
                layout.startOf(isPartial ? segment.number() : segment.number().next()), segment.timeline()));
    }
}
