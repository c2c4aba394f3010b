package dev.seawall.walwriter.start;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.EndOfLog;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.read.Watermarks;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The start after a crash or a clean stop: from a directory that may hold anything to a
/// [StartedLog].
///
/// Order: lock; make the files true; read the control file; read the log from its checkpoint's redo
/// point to where it ends; decide whether that is its end or damage; erase what is behind. Nothing
/// is changed before the decision.
public final class LogStart {

    private static final Logger LOG = LoggerFactory.getLogger(LogStart.class);
    private static final String RESTORE =
            "Put the segment back from the archive or a standby, or restore the cluster.";

    private enum Purpose {
        /// Clients will append behind the end.
        APPEND,
        /// Another's log will be received behind the end: what is not here yet will come.
        FOLLOW
    }

    private final Disk disk;
    private final Purpose purpose;
    private final Path directory;
    private final DirectoryLock lock;
    private final ControlStore control;
    /// What it says; in a copied directory, what the backup's label says over that.
    private ControlFile controlFile;
    private final PageLayout layout;
    private final WalDirectory wal;
    private final Watermarks watermarks = new Watermarks();

    private LogStart(Disk disk, Purpose purpose, Path directory, DirectoryLock lock, ControlStore control) {
        this.disk = disk;
        this.purpose = purpose;
        this.directory = directory;
        this.lock = lock;
        this.control = control;
        this.controlFile = control.controlFile();
        this.layout = new PageLayout(controlFile.segmentBytes());
        this.wal = new WalDirectory(disk, ClusterLayout.wal(directory), layout);
    }

    /// Starts, taking damage for damage.
    public static StartedLog start(Disk disk, Path directory) throws IOException {
        return start(disk, directory, Lsn.INVALID);
    }

    /// Locks the directory, finds the log's end and erases what is stale behind it.
    ///
    /// @param acceptLossAt a log that is damaged just there ends there, on the operator's word; what was
    ///                     behind is erased. [Lsn#INVALID] for none
    /// @throws DirectoryLock.InUseException if another writer has the directory
    /// @throws WalCorruptException if something that was durable is not there now
    public static StartedLog start(Disk disk, Path directory, Lsn acceptLossAt) throws IOException {
        return run(disk, Purpose.APPEND, directory, acceptLossAt).log();
    }

    /// The same for a log that will go on with another's: one of a standby, or of a base backup, which may
    /// have no log at all yet. Then it begins at the start of the redo point's segment.
    public static FoundLog follow(Disk disk, Path directory) throws IOException {
        return run(disk, Purpose.FOLLOW, directory, Lsn.INVALID);
    }

    private static FoundLog run(Disk disk, Purpose purpose, Path directory, Lsn acceptLossAt) throws IOException {
        if (!disk.exists(ClusterLayout.control(directory))) {
            throw noCluster(directory);
        }
        DirectoryLock lock = DirectoryLock.take(disk, directory);
        try {
            ControlStore control = ControlStore.open(disk, directory);
            try {
                checkSegmentSize(control.controlFile(), directory);
                return new LogStart(disk, purpose, directory, lock, control).run(acceptLossAt);
            } catch (Throwable t) {
                control.close();
                throw t;
            }
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    private static IOException noCluster(Path directory) {
        return new NoSuchFileException(ClusterLayout.control(directory).toString(), null,
                "not a cluster, or one whose creation was interrupted"
                        + "\nHINT: Create one with \"walctl init\", or name the right directory.");
    }

    private static void checkSegmentSize(ControlFile controlFile, Path directory) throws WalCorruptException {
        if (!PageLayout.isSegmentSize(controlFile.segmentBytes())) {
            throw WalCorruptException.inFile("control file has segment size " + controlFile.segmentBytes(),
                    ClusterLayout.control(directory).toString(), "Restore global/pg_control from a backup.");
        }
    }

    private FoundLog run(Lsn acceptLossAt) throws IOException {
        disk.syncDirectory(directory);
        if (!disk.exists(wal.path())) {
            throw WalCorruptException.inFile("the log's directory is missing", wal.path().toString(), RESTORE);
        }
        disk.createDirectory(ClusterLayout.archiveStatus(directory));
        disk.syncDirectory(ClusterLayout.archiveStatus(directory));
        wal.makeTrue();
        checkState();
        Optional<BackupLabel> label = BackupLabel.find(disk, directory);
        Optional<BackupLabel> backup = label.filter(this::isAhead);
        if (backup.isPresent()) {
            LOG.info("start from a base backup label=\"{}\" redo={}", backup.get().label(), backup.get().start());
            controlFile = heed(backup.get());
        }
        TimelineHistory history = history();
        List<SegmentName> segments = wal.segments();
        SegmentNumber last = checkSegments(segments, history);
        gatherEvidence(history, backup.isPresent());
        try (SegmentFiles files = SegmentFiles.direct(disk, wal.path(), layout, history)) {
            WalReader reader = new WalReader(files, layout);
            reader.expect(controlFile.systemId(), history);
            LogScan scan = new LogScan(controlFile.checkpoint(),
                    purpose == Purpose.APPEND ? watermarks : new Watermarks());
            boolean isThere = purpose == Purpose.APPEND || isCheckpointThere(files);
            if (isThere) {
                seeBefore(checkCheckpoint(reader, history), reader, scan);
            }
            Lsn redo = controlFile.checkpoint().redo();
            reader.seek(redo);
            ReadOutcome.NoRecord none = new LogReading(layout, controlFile.checkpoint(),
                    layout.startOf(last.next()).minus(redo)).readOn(reader, scan);
            // Who follows another's log may receive the rest.
            if (backup.isPresent() && purpose == Purpose.APPEND && !scan.isBackupEnded(backup.get().start())) {
                throw BackupStart.endMissing(backup.get(), none, scan.end(), history, layout);
            }
            Lsn end = endOf(scan, isThere);
            EndOfLog.Log log = new EndOfLog.Log(files, layout, controlFile.systemId(), history, last);
            EndOfLog decided = purpose == Purpose.APPEND ? EndOfLog.decide(log, end, none, watermarks, acceptLossAt)
                    : EndOfLog.decideReceived(log, end, none, watermarks);
            ByteBuffer lastPage = lastPage(files, decided.end());
            erase(decided.end(), history, segments);
            noteEnd(decided.end(), history);
            if (label.isPresent()) {
                heeded();
            }
            return new FoundLog(started(scan, decided.end(), history, lastPage), scan);
        }
    }

    /// Not where recovery from it has ended on a newer timeline, and a crash kept it from being removed.
    private boolean isAhead(BackupLabel label) {
        return Integer.compareUnsigned(controlFile.minimumRecoveryTimeline(), label.timeline().value()) <= 0;
    }

    private ControlFile heed(BackupLabel backup) throws IOException {
        if (purpose == Purpose.APPEND) {
            return new BackupStart(disk, wal.path(), layout, backup).heed(controlFile);
        }
        // There may be no log to look into; but the control file of BASE_BACKUP says where its backup ends.
        if (!controlFile.backupStart().equals(backup.start())) {
            throw WalCorruptException.inFile("control file is not of the base backup from " + backup.start(),
                    ClusterLayout.control(directory).toString(),
                    "Make a standby with pg_basebackup or from an archive: these say how far its log must come.");
        }
        return controlFile;
    }

    /// A base backup's log may begin behind what its control file names, or not be there at all.
    private boolean isCheckpointThere(SegmentFiles files) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
        return files.readPage(layout.pageOf(controlFile.checkpointLsn()), page);
    }

    /// Where nothing is read, all of the segment is received anew.
    private Lsn endOf(LogScan scan, boolean isThere) {
        Lsn redo = controlFile.checkpoint().redo();
        if (scan.lastStart().isValid() && scan.end().isAtLeast(redo)) {
            return scan.end();
        }
        return isThere ? redo : layout.startOf(layout.segmentOf(redo));
    }

    private void checkState() throws IOException {
        if (purpose == Purpose.FOLLOW) {
            return;
        }
        switch (controlFile.state()) {
            case IN_ARCHIVE_RECOVERY, SHUT_DOWN_IN_RECOVERY -> throw new IOException("recovery of the cluster in \""
                    + directory + "\" has not been finished\nHINT: Let recovery run to its end, it goes on by itself;"
                    + " commits are only taken afterwards.");
            case STARTUP, SHUT_DOWN, SHUTTING_DOWN, IN_CRASH_RECOVERY, IN_PRODUCTION -> { }
        }
    }

    /// The timeline is the checkpoint's, or a newer one that recovery switched to since.
    private TimelineHistory history() throws IOException {
        TimelineId timeline = controlFile.checkpoint().timeline();
        int minimum = controlFile.minimumRecoveryTimeline();
        if (Integer.compareUnsigned(minimum, timeline.value()) > 0) {
            timeline = new TimelineId(minimum);
        }
        String name = TimelineHistory.fileName(timeline);
        return wal.history(timeline).orElseThrow(() -> WalCorruptException.inFile(
                "history file is missing", wal.path().resolve(name).toString(),
                "Put " + name + " back from the archive."));
    }

    /// @return the last segment there is
    private SegmentNumber checkSegments(List<SegmentName> segments, TimelineHistory history) throws IOException {
        SegmentNumber last = layout.segmentOf(controlFile.checkpointLsn());
        SegmentNumber first = layout.segmentOf(controlFile.checkpoint().redo());
        for (SegmentName segment : segments) {
            if (segment.timeline().isAfter(history.timeline())) {
                if (purpose == Purpose.FOLLOW) {
                    // What a promotion left that was not finished.
                    continue;
                }
                throw WalCorruptException.inFile("log segment is of timeline " + segment.timeline()
                        + ", but the control file is of timeline " + history.timeline(),
                        wal.path().resolve(segment.fileName(layout)).toString(),
                        "Put back the control file that belongs to the segments, or restore the cluster; if that"
                                + " timeline is not wanted, move its segments out of pg_wal.");
            }
            if (!segment.number().isBefore(first)) {
                wal.checkSize(segment);
                last = last.isBefore(segment.number()) ? segment.number() : last;
            }
        }
        return last;
    }

    /// @param isCopy the low-water mark speaks of the original's log
    private void gatherEvidence(TimelineHistory history, boolean isCopy) throws IOException {
        if (purpose == Purpose.APPEND) {
            // A standby's says what it needs, not what it has.
            watermarks.add(controlFile.minimumRecoveryEnd(), "minimum recovery end of the control file");
        }
        if (isCopy || control.lowWaterMark().isEmpty()) {
            return;
        }
        LowWaterMark mark = control.lowWaterMark().get();
        Lsn left = history.switchPointOf(mark.timeline());
        if (!left.isValid()) {
            throw WalCorruptException.inFile("low-water mark is of timeline " + mark.timeline()
                    + ", which is not in the history of timeline " + history.timeline(),
                    ClusterLayout.control(directory).toString(), "Restore global/pg_control from a backup.");
        }
        // Up to where this history left the timeline; what was durable on it behind that is not ours.
        watermarks.add(Lsn.min(mark.durable(), left), "low-water mark");
    }

    /// The record that the control file names was durable before the control file named it.
    private WalRecord checkCheckpoint(WalReader reader, TimelineHistory history) throws IOException {
        Lsn at = controlFile.checkpointLsn();
        reader.seek(at);
        return switch (reader.next()) {
            case ReadOutcome.NoRecord none -> throw noCheckpoint(none.reason(), at, history);
            case ReadOutcome.Complete(WalRecord record, Lsn end) -> {
                watermarks.add(end, "checkpoint that the control file names");
                String problem = problemOf(record);
                if (problem.isEmpty() && controlFile.checkpoint().redo().isAfter(at)) {
                    problem = "redo point " + controlFile.checkpoint().redo() + " is behind it";
                }
                if (!problem.isEmpty()) {
                    throw noCheckpoint(problem, at, history);
                }
                yield record;
            }
        };
    }

    private WalCorruptException noCheckpoint(String problem, Lsn at, TimelineHistory history) {
        return WalCorruptException.at("log is damaged: no valid checkpoint record where the control file names one: "
                + problem + "; looked for", at, history.timelineAt(at), layout, RESTORE);
    }

    /// A shutdown checkpoint is its own redo point; the relations' sizes are the record in front of it.
    /// Without them the next page change would be logged as if its relation were new.
    private void seeBefore(WalRecord checkpoint, WalReader reader, LogScan scan) throws IOException {
        if (!controlFile.checkpoint().redo().equals(checkpoint.start()) || !checkpoint.previous().isValid()) {
            return;
        }
        reader.seek(checkpoint.previous());
        switch (reader.next()) {
            case ReadOutcome.Complete(WalRecord before, _) -> scan.see(before);
            case ReadOutcome.NoRecord none -> throw WalCorruptException.at(
                    "log is damaged: no valid record in front of the shutdown checkpoint: " + none.reason()
                            + "; looked for",
                    checkpoint.previous(), controlFile.checkpoint().timeline(), layout, RESTORE);
        }
    }

    private String problemOf(WalRecord record) {
        if (!CheckpointRecord.is(record)) {
            return "a record of " + record.resourceManager().displayName() + " stands there";
        }
        try {
            Checkpoint logged = CheckpointRecord.decode(record).checkpoint();
            return logged.redo().equals(controlFile.checkpoint().redo())
                    && logged.nextXid() == controlFile.checkpoint().nextXid()
                    ? "" : "the checkpoint there is another one";
        } catch (MalformedRecordException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private ByteBuffer lastPage(SegmentFiles files, Lsn end) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
        int used = layout.offsetInPage(end);
        if (used > 0) {
            if (!files.readPage(layout.pageOf(end), page)) {
                throw new AssertionError("the last record's page is gone: " + end);
            }
            for (int at = used; at < PageLayout.PAGE_BYTES; at++) {
                page.put(at, (byte) 0);
            }
        }
        return page.clear().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Later segments first: as long as they are there, the rest of this one is still the end of a log
    /// that goes on behind it, and a crash in between finds the same end again.
    private void erase(Lsn end, TimelineHistory history, List<SegmentName> segments) throws IOException {
        SegmentNumber current = layout.segmentOf(end);
        int used = layout.offsetInSegment(end);
        wal.removeFrom(used == 0 ? current : current.next(), segments);
        SegmentName last = new SegmentName(history.timelineAt(end), current);
        // A standby may have died where it left a timeline: the next one's first segment is not made yet.
        if (used > 0 && (purpose == Purpose.APPEND || segments.contains(last))) {
            wal.zeroRest(last, used);
        }
    }

    /// What was found is durable and clean: evidence for the next start. Where loss was accepted, the old
    /// evidence would otherwise be held against the log again.
    private void noteEnd(Lsn end, TimelineHistory history) throws IOException {
        if (watermarks.durable().isAfter(end)) {
            LOG.warn("log given up by the operator's word from={} durable_once={} witness=\"{}\"",
                    end, watermarks.durable(), watermarks.source());
            if (controlFile.minimumRecoveryEnd().isAfter(end)) {
                control.write(controlFile.with(end, controlFile.minimumRecoveryTimeline()));
            }
        }
        control.write(new LowWaterMark(history.timeline(), end));
    }

    /// The copy is a cluster like any other from here on: its control file says so, and then its label goes.
    private void heeded() throws IOException {
        if (purpose == Purpose.APPEND) {
            control.write(controlFile.withoutBackup());
        }
        disk.rename(directory.resolve(BackupLabel.FILE), directory.resolve(BackupLabel.OLD_FILE));
        disk.syncDirectory(directory);
    }

    private StartedLog started(LogScan scan, Lsn end, TimelineHistory history, ByteBuffer lastPage) {
        boolean isNewTimeline = !history.branches().isEmpty()
                && end.equals(history.branches().getLast().switchPoint());
        boolean isClean = scan.isShutdownLast() && controlFile.state() == ControlFile.State.SHUT_DOWN;
        StartedLog.Opening opening = isNewTimeline ? StartedLog.Opening.NEW_TIMELINE
                : isClean ? StartedLog.Opening.AFTER_SHUTDOWN : StartedLog.Opening.AFTER_CRASH;
        return new StartedLog(directory, lock, control, layout, history, opening, end, scan.lastStart(), lastPage,
                scan.nextXid(), scan.lastCommitTime(), scan.relationBlocks());
    }
}
