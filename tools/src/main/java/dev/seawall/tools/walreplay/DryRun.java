package dev.seawall.tools.walreplay;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoProgress;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.target.ConsistentPoint;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.recovery.target.TargetStop;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.Progress;
import dev.seawall.tools.Quantity;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `walreplay --dry-run`: a recovery rehearsed without its data files.
///
/// The log is read, checked and put together into transactions exactly as recovery would, so what
/// it says of holes, damage and the target is what recovery would say.
final class DryRun {

    private final RecoverySource source;
    private final World world;

    DryRun(RecoverySource source, World world) {
        this.source = source;
        this.world = world;
    }

    /// @throws dev.seawall.recovery.target.RecoveryTargetException if the target would not be met
    ExitCode run(RecoveryTarget target, TimelineChoice choice, boolean isJson, PrintStream out) throws IOException {
        TimelineHistory history = source.history(choice);
        BackupManifest backup = source.backupFor(target, history);
        SegmentNumber last = lastSegment(history);
        SegmentNumber first = source.layout().segmentOf(backup.redo());
        CommittedCount committed = new CommittedCount();
        TargetStop stop = new TargetStop(target, new ConsistentPoint(backup.stopLsn(), backup.startTime()),
                backup.redo());
        try (ReplayLog log = source.log(history, List.of(first, last), 1);
                Redo redo = new Redo(
                        new RedoSource(log.reader(), log.layout(), backup.redo(), log.nextXid(), () -> Lsn.MAX),
                        ResourceManagers.of(null, List.of()).withObserver(committed),
                        HeldTransactions.open(source.disk(), source.scratch().resolve("held"), HeldLimits.DEFAULT),
                        stop, world);
                Progress progress = new Progress(System.err, "reading log",
                        source.layout().startOf(last.next()).minus(backup.redo()))) {
            redo.onProgress(now -> progress.at(now.counts().bytes()));
            while (redo.hasWork()) {
                redo.step();
            }
            if (!redo.isStopped()) {
                stop.endOfLog(redo.progress(), log.checkEnd(redo.applied(), redo.end().orElseThrow()));
            }
            Map<String, Object> report = report(backup, history, stop, redo.progress(), committed);
            if (isJson) {
                out.println(Json.of(report));
            } else {
                print(report, backup, redo.progress(), out);
            }
        }
        return ExitCode.DONE;
    }

    private SegmentNumber lastSegment(TimelineHistory history) throws IOException {
        return source.archive().names().stream().filter(SegmentName::isSegmentName)
                .flatMap(name -> SegmentName.parse(name, source.layout()).stream())
                .filter(segment -> history.switchPointOf(segment.timeline()).isValid())
                .map(SegmentName::number).max(SegmentNumber::compareTo).orElse(new SegmentNumber(1));
    }

    private Map<String, Object> report(
            BackupManifest backup, TimelineHistory history, TargetStop stop, RedoProgress progress,
            CommittedCount committed) {
        TimelineId timeline = history.timelineAt(progress.position().plus(-1));
        SegmentNumber first = source.layout().segmentOf(backup.redo());
        SegmentNumber last = source.layout().segmentOf(progress.position().plus(-1));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("backup", backup.label());
        fields.put("backup_bytes", backup.bytes());
        fields.put("backup_files", backup.files().size());
        fields.put("timeline", Integer.toUnsignedLong(timeline.value()));
        fields.put("first_segment", new SegmentName(history.timelineAt(backup.redo()), first)
                .fileName(source.layout()));
        fields.put("last_segment", new SegmentName(timeline, last).fileName(source.layout()));
        fields.put("segments", last.minus(first) + 1);
        fields.put("redo_lsn", backup.redo());
        fields.put("consistent_lsn", backup.stopLsn());
        fields.put("stop_lsn", progress.position());
        fields.put("stop_reason", stop.reason());
        fields.put("last_commit_xid", progress.lastCommitXid());
        fields.put("last_commit_time", progress.lastCommitXid() == 0 ? null : progress.lastCommitTime());
        fields.put("records", progress.counts().records());
        fields.put("commits", progress.counts().commits());
        fields.put("aborts", progress.counts().aborts());
        fields.put("unfinished", progress.unfinished());
        fields.put("messages", committed.messages());
        fields.put("message_bytes", committed.messageBytes());
        fields.put("page_records", committed.pageRecords());
        fields.put("bytes", progress.counts().bytes());
        return fields;
    }

    private static void print(Map<String, Object> report, BackupManifest backup, RedoProgress progress,
            PrintStream out) {
        RedoProgress.Counts counts = progress.counts();
        line(out, "Base backup", backup.describe());
        line(out, "Would restore", Quantity.count(backup.files().size()) + " files, " + Quantity.bytes(backup.bytes()));
        line(out, "Log needed", report.get("first_segment") + " to " + report.get("last_segment") + ", "
                + report.get("segments") + " segments, from " + report.get("redo_lsn"));
        line(out, "Would redo", Quantity.count(counts.commits()) + " commits, " + report.get("messages")
                + " messages, " + report.get("page_records") + " page records, "
                + Quantity.bytes(counts.bytes()) + " of log");
        line(out, "Would drop", Quantity.count(counts.aborts()) + " aborted and "
                + Quantity.count(counts.ruledOut() + progress.unfinished()) + " unfinished transactions");
        line(out, "Would stop", "at " + report.get("stop_lsn") + " on timeline " + report.get("timeline") + ": "
                + report.get("stop_reason"));
        line(out, "Last commit", progress.lastCommitXid() == 0 ? "none"
                : "transaction " + Long.toUnsignedString(progress.lastCommitXid()) + " at "
                        + progress.lastCommitTime());
    }

    private static void line(PrintStream out, String what, String value) {
        out.printf(Locale.ROOT, "%-15s %s%n", what + ":", value);
    }
}
