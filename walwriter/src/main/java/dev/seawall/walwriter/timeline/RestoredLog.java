package dev.seawall.walwriter.timeline;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.read.EndOfLog;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.read.ReadOutcome.NoRecord;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.Watermarks;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.SegmentSource.Fetched;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The log as recovery reads it: `pg_wal`, into which segments are fetched from an archive as they
/// are needed.
///
/// The archive comes first: its segments are whole, those of `pg_wal` may be what a crash left. A
/// segment that was fetched is marked archived and not fetched again. Each fetch is crash-safe:
/// temporary name, size and header checked, synced, renamed, directory synced.
///
/// One thread.
public final class RestoredLog implements LogBytes {

    /// How many segments behind a missing one are asked for before the log's end is believed. The
    /// archive itself knows about holes too; this does not rely on it.
    private static final int LOOK_AHEAD = 2;

    private final Disk disk;
    private final WalDirectory wal;
    private final PageLayout layout;
    private final long systemId;
    private final TimelineHistory history;
    private final SegmentSource source;
    private final ArchiveStatus status;
    private final SegmentFiles files;

    // What is known of the segment asked for last.
    private SegmentNumber segment = new SegmentNumber(-1);
    private boolean isWhole;
    private String fileName = "";
    private Lsn lastPage = Lsn.INVALID;
    private boolean isLastPageThere;

    /// @param pgWal the cluster's `pg_wal`
    public RestoredLog(
            Disk disk, Path pgWal, PageLayout layout, long systemId, TimelineHistory history, SegmentSource source) {
        this.disk = disk;
        this.wal = new WalDirectory(disk, pgWal, layout);
        this.layout = layout;
        this.systemId = systemId;
        this.history = history;
        this.source = source;
        this.status = new ArchiveStatus(disk, pgWal);
        this.files = new SegmentFiles(disk, pgWal, layout, history);
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        SegmentNumber wanted = layout.segmentOf(page);
        if (!wanted.equals(segment)) {
            isWhole = fetch(wanted, page);
            segment = wanted;
            isLastPageThere = files.readPage(page, into);
            fileName = files.fileNameOf(page);
        } else {
            isLastPageThere = files.readPage(page, into);
        }
        lastPage = page;
        return isLastPageThere;
    }

    /// Makes sure that `pg_wal` has the best there is of a segment.
    ///
    /// @return whether it is a whole segment, the archive's own
    private boolean fetch(SegmentNumber wanted, Lsn at) throws IOException {
        for (TimelineId timeline : SegmentFiles.timelinesOf(wanted, layout, history)) {
            SegmentName name = new SegmentName(timeline, wanted);
            String wantedName = name.fileName(layout);
            boolean isLocal = disk.exists(wal.path().resolve(wantedName));
            if (isLocal && status.isDone(wantedName)) {
                return true;
            }
            Path temporary = wal.path().resolve(WalDirectory.TEMPORARY_PREFIX + wantedName);
            switch (source.fetch(wantedName, temporary)) {
                case Fetched.Found _ -> {
                    check(temporary, name, at);
                    wal.publish(temporary, wantedName);
                    status.markReady(wantedName);
                    status.markDone(wantedName);
                    files.forget();
                    return true;
                }
                case Fetched.Unknown(String reason) -> throw RecoveryStoppedException.missing(wantedName, reason, at);
                case Fetched.Absent _ -> {
                    if (isLocal) {
                        return false;
                    }
                }
            }
        }
        return false;
    }

    private void check(Path temporary, SegmentName name, Lsn at) throws IOException {
        try (DiskFile file = disk.open(temporary, Set.of())) {
            ByteBuffer header = ByteBuffer.allocate(PageLayout.LONG_HEADER).order(ByteOrder.LITTLE_ENDIAN);
            boolean isRead = file.read(header, 0) == header.capacity();
            String problem = file.size() != layout.segmentBytes()
                    ? "it has " + file.size() + " bytes, not " + layout.segmentBytes()
                    : problemOf(isRead ? PageHeader.read(header.flip()) : null, name);
            if (!problem.isEmpty()) {
                throw RecoveryStoppedException.missing(
                        name.fileName(layout), "what the archive gave is not this segment: " + problem, at);
            }
            file.sync();
        }
    }

    private String problemOf(@Nullable PageHeader header, SegmentName name) {
        Lsn start = layout.startOf(name.number());
        if (header == null || header.magic() != PageHeader.MAGIC || !header.isLong()) {
            return "it does not begin with a segment's page header";
        }
        if (header.systemId() != systemId) {
            return "it is of system " + Long.toUnsignedString(header.systemId()) + ", the cluster is "
                    + Long.toUnsignedString(systemId);
        }
        if (header.segmentBytes() != layout.segmentBytes()) {
            return "it is of a log with segments of " + header.segmentBytes() + " bytes";
        }
        if (!header.page().equals(start)) {
            return "it begins at " + header.page() + ", not " + start;
        }
        // A segment that a timeline was begun in carries its ancestor's pages in front.
        if (Integer.compareUnsigned(header.timeline(), name.timeline().value()) > 0) {
            return "it begins on timeline " + Integer.toUnsignedString(header.timeline());
        }
        return "";
    }

    /// Makes sure that the log really ends where the reader found no record: call it before believing
    /// that. Does nothing when it does.
    ///
    /// @param end      end of the last good record
    /// @param evidence what is known to have been durable, such as watermarks seen on the way
    /// @throws RecoveryStoppedException if the archive's own segment is bad there, if later segments are
    ///         there, or if that cannot be known
    /// @throws dev.seawall.wal.WalCorruptException if `pg_wal` itself holds evidence of more
    public void confirmEnd(NoRecord none, Lsn end, Watermarks evidence) throws IOException {
        SegmentNumber last = layout.segmentOf(lastPage);
        if (isLastPageThere && isWhole && !isBehindSwitch(none.at())) {
            throw new RecoveryStoppedException("recovery stopped at " + none.at() + ": segment \""
                    + fileName + "\" from the archive is damaged: " + none.reason(),
                    "Put a good copy of the segment into the archive, remove it from pg_wal, and let recovery go on;"
                            + " or recover to a target before " + none.at() + ".");
        }
        for (int i = 1; i <= LOOK_AHEAD; i++) {
            lookFor(last.plus(i), none);
        }
        SegmentNumber lastLocal = wal.segments().stream()
                .filter(name -> !name.timeline().isAfter(history.timeline()))
                .map(SegmentName::number)
                .reduce(last, (a, b) -> a.isBefore(b) ? b : a);
        EndOfLog.Log log = new EndOfLog.Log(files, layout, systemId, history, lastLocal);
        EndOfLog.decide(log, end, none, evidence, Lsn.INVALID);
    }

    /// An ancestor's file counts only up to where the history leaves it, though it goes on: on another
    /// branch.
    private boolean isBehindSwitch(Lsn at) {
        return SegmentName.parse(fileName, layout)
                .filter(name -> !name.timeline().equals(history.timelineAt(at)))
                .isPresent();
    }

    private void lookFor(SegmentNumber later, NoRecord none) throws IOException {
        for (TimelineId timeline : SegmentFiles.timelinesOf(later, layout, history)) {
            String laterName = new SegmentName(timeline, later).fileName(layout);
            Path temporary = wal.path().resolve(WalDirectory.TEMPORARY_PREFIX + laterName);
            switch (source.fetch(laterName, temporary)) {
                case Fetched.Absent _ -> { }
                case Fetched.Unknown(String reason) ->
                        throw RecoveryStoppedException.missing(laterName, reason, none.at());
                case Fetched.Found _ -> {
                    disk.delete(temporary);
                    throw RecoveryStoppedException.missing(fileName, none.reason() + "; but the archive has \""
                            + laterName + "\", which comes later", none.at());
                }
            }
        }
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return files.fileNameOf(lsn);
    }

    @Override
    public String absenceOf(Lsn page) {
        return files.absenceOf(page);
    }

    @Override
    public void limit(Lsn limit) {
        files.limit(limit);
    }

    /// The archive is asked again too: what it did not have may be there now.
    @Override
    public void forget() {
        segment = new SegmentNumber(-1);
        files.forget();
    }

    @Override
    public void close() {
        files.close();
    }
}
