package dev.seawall.walwriter.timeline;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.LogScan;
import dev.seawall.walwriter.start.LowWaterMark;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Promotion: recovery ends, and the cluster goes on on a timeline of its own.
///
/// Order, each step durable before the next: claim a new id; begin the timeline's first segment with
/// the old one's bytes up to the switch point; write the history file; name the timeline in
/// `pg_control`; only then remove what the old timeline has beyond. Until `pg_control` is written,
/// a crash leaves an unfinished recovery that goes on as before, and takes another id; from then
/// on, a log that starts on the new timeline.
public final class TimelineSwitch {

    private static final Logger LOG = LoggerFactory.getLogger(TimelineSwitch.class);

    private final Recovered recovered;
    private final PageLayout layout;
    private final WalDirectory wal;
    private final Lsn end;

    /// A cluster whose recovery is done.
    ///
    /// @param lock        held since before anything was read; handed on
    /// @param control     open; handed on
    /// @param history     the one that recovery followed
    /// @param log         has seen every record that was redone, and no other
    /// @param isArchiving whether segments of this cluster are to be archived
    public record Recovered(
            Disk disk, Path directory, DirectoryLock lock, ControlStore control,
            TimelineHistory history, LogScan log, boolean isArchiving) {}

    private TimelineSwitch(Recovered recovered) {
        this.recovered = recovered;
        this.layout = new PageLayout(recovered.control().controlFile().segmentBytes());
        this.wal = new WalDirectory(recovered.disk(), ClusterLayout.wal(recovered.directory()), layout);
        this.end = recovered.log().end();
    }

    /// Switches at the end of the last record that was redone.
    ///
    /// @param reason what the history file says: `no recovery target specified`
    /// @param files  knows the timelines that there are
    /// @param claims where the new one is claimed
    public static StartedLog promote(
            Recovered recovered, String reason, HistoryFiles files, TimelineClaims claims, Instant now)
            throws IOException {
        if (!recovered.log().lastStart().isValid()) {
            throw new IllegalArgumentException("no record was redone");
        }
        TimelineSwitch timelineSwitch = new TimelineSwitch(recovered);
        TimelineHistory next = timelineSwitch.claim(reason, files, claims);
        return timelineSwitch.run(next, now);
    }

    private TimelineHistory claim(String reason, HistoryFiles files, TimelineClaims claims) throws IOException {
        TimelineHistory left = leftHistory();
        TimelineId last = recovered.history().timeline();
        for (SegmentName segment : wal.segments()) {
            last = segment.timeline().isAfter(last) ? segment.timeline() : last;
        }
        TimelineId id = files.newestFrom(last).next();
        while (true) {
            TimelineHistory next = left.branch(id, end, reason);
            if (claims.claim(next)) {
                LOG.info("timeline claimed timeline={} parent={} switch_point={}", id, left.timeline(), end);
                return next;
            }
            id = id.next();
        }
    }

    /// Recovery may have stopped before the branches that it was to follow: those are not ours.
    private TimelineHistory leftHistory() {
        TimelineHistory followed = recovered.history();
        TimelineId left = followed.timelineAt(end.plus(-1));
        List<TimelineHistory.Branch> branches = followed.branches().stream()
                .filter(branch -> left.isAfter(branch.parent()))
                .toList();
        return new TimelineHistory(left, branches);
    }

    private StartedLog run(TimelineHistory next, Instant now) throws IOException {
        SegmentNumber current = layout.segmentOf(end);
        int used = layout.offsetInSegment(end);
        ByteBuffer content = usedBytes(leftHistory(), current, used);
        if (used > 0) {
            wal.createSegment(new SegmentName(next.timeline(), current), content.duplicate());
        }
        wal.create(TimelineHistory.fileName(next.timeline()),
                ByteBuffer.wrap(next.toText().getBytes(StandardCharsets.UTF_8)));

        ControlStore control = recovered.control();
        control.write(control.controlFile().with(ControlFile.State.IN_PRODUCTION, now)
                .with(end, next.timeline().value()));
        control.write(new LowWaterMark(next.timeline(), end));
        leaveOldTimeline(next, current, used);
        LOG.info("timeline switched timeline={} at={}", next.timeline(), end);
        LogScan log = recovered.log();
        return new StartedLog(recovered.directory(), recovered.lock(), control, layout, next,
                StartedLog.Opening.NEW_TIMELINE, end, log.lastStart(), lastPage(content), log.nextXid(),
                log.lastCommitTime(), log.relationBlocks());
    }

    /// The current segment's bytes up to the switch point.
    private ByteBuffer usedBytes(TimelineHistory left, SegmentNumber current, int used) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(layout.segmentBytes());
        try (SegmentFiles files = new SegmentFiles(recovered.disk(), wal.path(), layout, left)) {
            for (Lsn page = layout.startOf(current); page.isBefore(end); page = page.plus(PageLayout.PAGE_BYTES)) {
                if (!files.readPage(page, content)) {
                    throw WalCorruptException.at("the log that was redone is gone: " + files.absenceOf(page), page,
                            left.timeline(), layout, "Put the segment back from the archive and recover again.");
                }
            }
        }
        return content.clear().limit(used);
    }

    private ByteBuffer lastPage(ByteBuffer content) {
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
        int inPage = layout.offsetInPage(end);
        page.put(0, content, content.limit() - inPage, inPage);
        return page.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// What older timelines have behind the switch point is not this cluster's. Their last, partial
    /// segment is kept for the archive under a name that nobody takes for a whole one's.
    private void leaveOldTimeline(TimelineHistory next, SegmentNumber current, int used) throws IOException {
        List<SegmentName> older = wal.segments().stream()
                .filter(segment -> !segment.timeline().equals(next.timeline()))
                .toList();
        wal.removeFrom(used == 0 ? current : current.next(), older);
        if (!recovered.isArchiving()) {
            return;
        }
        ArchiveStatus status = new ArchiveStatus(recovered.disk(), wal.path());
        String name = new SegmentName(next.branches().getLast().parent(), current).fileName(layout);
        if (used > 0 && recovered.disk().exists(wal.path().resolve(name))
                && !status.isReady(name) && !status.isDone(name)) {
            wal.publish(wal.path().resolve(name), name + ".partial");
            status.markReady(name + ".partial");
        }
        status.markReady(TimelineHistory.fileName(next.timeline()));
    }
}
