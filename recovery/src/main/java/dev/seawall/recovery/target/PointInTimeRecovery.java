package dev.seawall.recovery.target;

import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoProgress;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.redo.StopRule;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.ReadOutcome.NoRecord;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.read.Watermarks;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.LogScan;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.HistoryFiles;
import dev.seawall.walwriter.timeline.RestoredLog;
import dev.seawall.walwriter.timeline.TimelineSwitch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Recovery of a cluster up to a target, and what becomes of it then.
///
/// ```
/// begin --run--> at the target --promote--> a log open on a new timeline
///                      |------shutDown--> stopped there; recovery may go on later
///                      '------close-----> left as it is, as after a crash; recovery goes on later
/// ```
/// Until it is promoted the cluster is "in archive recovery": nobody opens it by mistake, and a
/// crash at any point leaves a recovery that goes on. One thread.
public final class PointInTimeRecovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PointInTimeRecovery.class);

    /// In a restored directory, until it is promoted.
    private static final List<String> SIGNALS = List.of("recovery.signal", "backup_label");

    private static final Duration NAP = Duration.ofMillis(100);

    private final RecoveryPlan plan;
    private final DirectoryLock lock;
    private final ControlStore control;
    private final PageLayout layout;
    private final HistoryFiles histories;
    private final TimelineHistory history;
    private final RestoredLog log;
    private final RecoveringState data;
    private final Watermarks evidence = new Watermarks();
    private final LogScan scan;
    private final TargetStop stop;
    private final Redo redo;
    private boolean isHandedOver;

    /// Where recovery stopped.
    ///
    /// @param lsn      end of the last record that was redone
    /// @param timeline the one it is on
    /// @param reason   `before transaction 733`; in the words of history files
    public record Reached(Lsn lsn, TimelineId timeline, String reason, RedoProgress progress) {}

    /// Locks the directory and makes ready to redo; redoes nothing yet.
    ///
    /// @throws DirectoryLock.InUseException if another process has the directory
    /// @throws RecoveryTargetException if the target is certainly before the consistent point
    /// @throws dev.seawall.walwriter.timeline.RecoveryStoppedException if the timeline does not lead there
    public static PointInTimeRecovery begin(RecoveryPlan plan, RecoveringState.Opener opener) throws IOException {
        DirectoryLock lock = DirectoryLock.take(plan.disk(), plan.directory());
        try {
            ControlStore control = ControlStore.open(plan.disk(), plan.directory());
            try {
                return new PointInTimeRecovery(plan, opener, lock, control);
            } catch (Throwable t) {
                control.close();
                throw t;
            }
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    private PointInTimeRecovery(RecoveryPlan plan, RecoveringState.Opener opener, DirectoryLock lock,
            ControlStore control) throws IOException {
        this.plan = plan;
        this.lock = lock;
        this.control = control;
        ControlFile cluster = control.controlFile();
        this.layout = new PageLayout(cluster.segmentBytes());
        Path pgWal = ClusterLayout.wal(plan.directory());
        WalDirectory wal = new WalDirectory(plan.disk(), pgWal, layout);
        plan.disk().createDirectory(ClusterLayout.archiveStatus(plan.directory()));
        plan.disk().syncDirectory(pgWal);
        wal.makeTrue();
        this.histories = new HistoryFiles(plan.disk(), wal, plan.source());
        this.history = plan.timeline().resolve(histories, cluster);
        this.scan = new LogScan(cluster.checkpoint(), evidence);
        this.log = new RestoredLog(plan.disk(), pgWal, layout, cluster.systemId(), history, plan.source());
        this.data = opener.open(new RecoveringState.Log(cluster.systemId(), history, layout, this::historyHere));
        try {
            // The writer to be wants to know every relation, so not behind the control file's redo point.
            Lsn redoPoint = Lsn.min(cluster.checkpoint().redo(), data.redoPoint());
            gatherEvidence(cluster);
            this.stop = new TargetStop(plan.target(), consistentPoint(cluster), redoPoint);
            WalReader reader = new WalReader(log, layout);
            reader.expect(cluster.systemId(), history);
            this.redo = new Redo(
                    new RedoSource(reader, layout, redoPoint, cluster.checkpoint().nextXid(), () -> Lsn.MAX),
                    data.managers(), data.held(), new SeeingStop(), plan.world());
            control.write(cluster.with(ControlFile.State.IN_ARCHIVE_RECOVERY, cluster.time()));
            data.begin(redo);
        } catch (Throwable t) {
            data.close();
            throw t;
        }
    }

    /// What the copy has must be of one moment, and the checkpoint that the control file names is
    /// part of it.
    private ConsistentPoint consistentPoint(ControlFile cluster) {
        Lsn lsn = Lsn.max(Lsn.max(cluster.minimumRecoveryEnd(), cluster.backupEnd()),
                Lsn.max(data.consistentAt(), cluster.checkpointLsn().plus(1)));
        // The control file's time is in whole seconds.
        return new ConsistentPoint(lsn, plan.stateTime().orElse(cluster.time().plusSeconds(1)));
    }

    private void gatherEvidence(ControlFile cluster) {
        evidence.add(cluster.minimumRecoveryEnd(), "minimum recovery end of the control file");
        control.lowWaterMark().ifPresent(mark -> evidence.add(
                Lsn.min(mark.durable(), history.switchPointOf(mark.timeline())), "low-water mark"));
    }

    /// Shows the writer to be every record that is redone, and no other.
    private final class SeeingStop implements StopRule {

        private @Nullable TimelineId followed;

        @Override
        public boolean stopsBefore(WalRecord record, long xid) throws IOException, MalformedRecordException {
            if (stop.stopsBefore(record, xid)) {
                return true;
            }
            TimelineId timeline = history.timelineAt(record.start());
            if (!timeline.equals(followed)) {
                data.follow(timeline);
                followed = timeline;
            }
            return false;
        }

        @Override
        public boolean stopsAfter(WalRecord record, long xid) throws IOException, MalformedRecordException {
            scan.see(record);
            return stop.stopsAfter(record, xid);
        }
    }

    /// Calls back, briefly, whenever some records have been redone.
    public void onProgress(Consumer<RedoProgress> listener) {
        redo.onProgress(listener);
    }

    /// Redoes up to the target.
    ///
    /// @throws RecoveryTargetException if the log ends before it
    /// @throws dev.seawall.walwriter.timeline.RecoveryStoppedException if log is missing on the way, or it
    ///         is not known whether there is more
    /// @throws dev.seawall.wal.WalCorruptException if the log is damaged
    public Reached run() throws IOException {
        LOG.info("recovery begins directory={} target=\"{}\" timeline={} redo={}", plan.directory(), plan.target(),
                history.timeline(), redo.applied());
        while (!redo.isStopped() && redo.end().isEmpty()) {
            if (redo.hasWork()) {
                redo.step();
            } else {
                // The disk is full; it goes on when there is room.
                plan.world().park(redo::hasWork, NAP.toNanos());
            }
        }
        if (redo.end().isPresent()) {
            endOfLog(redo.end().get());
        }
        Reached reached = new Reached(redo.applied(), historyHere().timeline(), stop.reason(), redo.progress());
        LOG.info("recovery stopped lsn={} reason=\"{}\" lastCommit={} lastCommitTime={}", reached.lsn(),
                reached.reason(), reached.progress().lastCommitXid(), reached.progress().lastCommitTime());
        return reached;
    }

    private void endOfLog(NoRecord none) throws IOException {
        // First whether it is the end at all: a hole or damage is worse news than a target not met.
        log.confirmEnd(none, redo.applied(), evidence);
        stop.endOfLog(redo.progress(), "the log ends there: " + none.reason());
    }

    /// The timeline that redo is on, with its ancestors.
    private TimelineHistory historyHere() {
        TimelineId here = history.timelineAt(redo == null ? Lsn.INVALID : redo.applied().plus(-1));
        return new TimelineHistory(here,
                history.branches().stream().filter(branch -> here.isAfter(branch.parent())).toList());
    }

    /// Ends recovery here: claims a timeline, and hands over a log that can be opened on it. The data
    /// files are durable and closed.
    ///
    /// @param claims      where the timeline is claimed
    /// @param isArchiving whether this cluster archives from now on; a restored copy should not
    public StartedLog promote(TimelineClaims claims, boolean isArchiving) throws IOException {
        requireStopped();
        data.checkpoint();
        data.close();
        StartedLog started = TimelineSwitch.promote(
                new TimelineSwitch.Recovered(plan.disk(), plan.directory(), lock, control, history, scan, isArchiving),
                stop.reason(), histories, claims, plan.world().now());
        isHandedOver = true;
        try {
            removeSignals();
        } catch (Throwable t) {
            started.close();
            throw t;
        }
        return started;
    }

    private void removeSignals() throws IOException {
        for (String name : SIGNALS) {
            Path signal = plan.directory().resolve(name);
            if (plan.disk().exists(signal)) {
                plan.disk().delete(signal);
            }
        }
        plan.disk().syncDirectory(plan.directory());
    }

    /// Stops here: all that was redone is durable, and the control file says "shut down in recovery".
    public void shutDown() throws IOException {
        requireStopped();
        data.checkpoint();
        Instant time = control.controlFile().time();
        control.write(control.controlFile()
                .with(redo.applied(), historyHere().timeline().value())
                .with(ControlFile.State.SHUT_DOWN_IN_RECOVERY, time));
        close();
    }

    private void requireStopped() {
        if (!redo.isStopped() && redo.end().isEmpty() || isHandedOver) {
            throw new IllegalStateException("recovery has not stopped");
        }
    }

    public TimelineHistory history() {
        return history;
    }

    /// Leaves everything as it is: recovery can begin again.
    @Override
    public void close() throws IOException {
        if (isHandedOver) {
            // Lock and control file are the log's now.
            log.close();
            redo.close();
            return;
        }
        try (lock; ControlStore _ = control; RestoredLog _ = log; RecoveringState _ = data) {
            redo.close();
        }
    }
}
