package dev.seawall.walwriter;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.record.body.RelationSizes;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.wal.record.xlog.EndOfRecovery;
import dev.seawall.wal.record.xlog.ParameterChange;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.SegmentRemoval;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LowWaterMark;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// What the log does at a checkpoint: logs it, says so in the control file, gives up segments.
///
/// Order, so that a crash at any point starts from a checkpoint that is whole: everything before
/// the redo point is durable elsewhere (the report says so); the record is flushed; the control
/// file names it; only then do segments go.
final class Checkpoints {

    private final StartedLog started;
    private final int maxConnections;
    private final WalMachine machine;
    private final World world;
    private final ControlStore control;
    private final Retentions retentions = new Retentions();
    private final SegmentRemoval removal;
    private final List<Consumer<Lsn>> listeners = new CopyOnWriteArrayList<>();

    // Written under this.
    private volatile Lsn redo;
    // Guarded by this.
    private WalOptions options;
    private boolean isEnded;

    Checkpoints(StartedLog started, WalOptions options, WalMachine machine, World world) {
        this.maxConnections = WalMachine.maxConnections(started, options);
        this.started = started;
        this.options = options;
        this.machine = machine;
        this.world = world;
        this.control = started.control();
        this.redo = control.controlFile().checkpoint().redo();
        this.removal = new SegmentRemoval(machine.directory, machine.archiveStatus, options.isArchiving(),
                options.isRecycling(), options.minWalBytes(), options.maxWalBytes(),
                options.checkpointCompletionTarget());
    }

    /// The first records of this run, and the control file that says so.
    synchronized void opened() throws IOException {
        if (options.isArchiving()) {
            machine.archiveStatus.create();
            removal.markForgotten(started.layout().segmentOf(started.insertPosition()));
        }
        Lsn first = machine.position.insertEnd();
        if (started.opening() == StartedLog.Opening.NEW_TIMELINE) {
            logEndOfRecovery();
        }
        ControlFile before = control.controlFile();
        if (maxConnections != before.maxConnections()) {
            logParameters();
        }
        Lsn end = logRunning();
        machine.progress.await(end.value());
        // As PostgreSQL does it: a standby has read what changed before the file, and so a backup, says it.
        ControlFile now = before.with(ControlFile.State.IN_PRODUCTION, world.now()).withMaxConnections(maxConnections);
        if (started.opening() == StartedLog.Opening.NEW_TIMELINE) {
            // Until the first checkpoint on it, this is what tells a start which timeline it is on.
            now = now.withMinimumRecovery(started.layout().startOf(first), timeline().value());
        }
        control.write(now);
    }

    private TimelineId timeline() {
        return started.history().timeline();
    }

    private void logEndOfRecovery() {
        TimelineHistory history = started.history();
        TimelineId parent = history.branches().getLast().parent();
        machine.withPlace(place -> {
            new EndOfRecovery(PgTime.of(world.now()), history.timeline(), parent).encode(place.record);
            machine.appender.appendSystem(place, place.record);
            return place.endLsn();
        });
    }

    private void logParameters() {
        machine.withPlace(place -> {
            ParameterChange.of(maxConnections).encode(place.record);
            machine.appender.appendSystem(place, place.record);
            return place.endLsn();
        });
    }

    /// Takes what may change while the log is open.
    synchronized void options(WalOptions changed) {
        options = changed;
        removal.change(changed.isRecycling(), changed.minWalBytes(), changed.maxWalBytes(),
                changed.checkpointCompletionTarget());
    }

    private Lsn logRunning() {
        return machine.withPlace(place -> {
            machine.xids.running().encode(place.record);
            machine.appender.appendSystem(place, place.record);
            return place.endLsn();
        });
    }

    /// @throws IllegalArgumentException if the report cannot be true
    private void check(CheckpointReport report) {
        if (report.systemId() != started.systemId() || !report.timeline().equals(timeline())) {
            throw new IllegalArgumentException("checkpoint report of system "
                    + Long.toUnsignedString(report.systemId()) + ", timeline " + report.timeline() + "; this is "
                    + Long.toUnsignedString(started.systemId()) + ", timeline " + timeline());
        }
        Lsn end = started.layout().startOf(machine.progress.durableRecordEnd());
        if (report.redo().isBefore(redo) || report.redo().isAfter(end)) {
            throw new IllegalArgumentException("checkpoint report's redo point " + report.redo()
                    + " is not between the last one, " + redo + ", and the log's end, " + end);
        }
    }

    synchronized Lsn online(CheckpointReport report) throws IOException {
        if (isEnded) {
            // Its records would stand behind the end that is to be confirmed.
            throw new LogEndedException();
        }
        check(report);
        // In front of the checkpoint and behind its redo point: a start that scans from there finds it.
        logRelationSizes();
        int oldestActive = machine.xids.oldestOpen();
        Checkpoint checkpoint = Checkpoint.of(started.layout().startOf(report.redo()), timeline(), timeline(),
                machine.xids.next(), oldestActive, world.now());
        Lsn start = log(new CheckpointRecord(false, checkpoint));
        Lsn end = logRunning();
        machine.progress.await(end.value());
        completed(control.controlFile().with(ControlFile.State.IN_PRODUCTION, world.now(), start, checkpoint), end);
        redo = report.redo();
        for (Consumer<Lsn> listener : listeners) {
            listener.accept(redo);
        }
        giveUpSegments();
        return start;
    }

    /// Ends what the log writes by itself. The last record but the shutdown checkpoint is the list of
    /// relations: the next start finds it in front of the checkpoint.
    synchronized Lsn end() {
        isEnded = true;
        machine.stopTicking();
        // Who extends a relation and has its place already has counted it too, then.
        machine.progress.await(machine.position.insertEnd().value());
        Lsn end = logRelationSizes();
        machine.progress.await(end.value());
        return end;
    }

    synchronized void shutdown(CheckpointReport report) throws IOException {
        check(report);
        Lsn end = machine.position.insertEnd();
        if (!started.layout().startOf(report.redo()).equals(started.layout().startOf(end))) {
            throw new IllegalArgumentException("redo point " + report.redo() + " of the shutdown is not the log's end, "
                    + end);
        }
        Instant now = world.now();
        // A shutdown checkpoint's redo point is itself.
        Lsn itself = started.layout().startOf(machine.position.insertEnd());
        Checkpoint checkpoint = Checkpoint.of(itself, timeline(), timeline(), machine.xids.next(), 0, now);
        Lsn start = log(new CheckpointRecord(true, checkpoint));
        Lsn after = machine.position.insertEnd();
        machine.progress.await(after.value());
        completed(control.controlFile().with(ControlFile.State.SHUT_DOWN, now, start, checkpoint), after);
    }

    private Lsn logRelationSizes() {
        return machine.withPlace(place -> {
            new RelationSizes(machine.relations.all()).encode(place.record);
            machine.appender.appendSystem(place, place.record);
            return place.endLsn();
        });
    }

    /// @return the record's start
    private Lsn log(CheckpointRecord record) {
        return machine.withPlace(place -> {
            record.encode(place.record);
            machine.appender.appendSystem(place, place.record);
            return started.layout().startAt(place.usable);
        });
    }

    private void completed(ControlFile next, Lsn durable) throws IOException {
        control.write(next);
        control.write(new LowWaterMark(timeline(), durable));
    }

    private void giveUpSegments() throws IOException {
        Lsn keep = Lsn.min(redo, retentions.oldest());
        long kept = machine.progress.durable() - options.keepBytes();
        if (options.keepBytes() > 0) {
            keep = Lsn.min(keep, new Lsn(Math.max(0, kept)));
        }
        machine.preparer.remove(removal.after(redo, keep));
        machine.wakePreparer();
    }

    /// Redo point of the last checkpoint: log from there on is kept, whoever claims what.
    Lsn redo() {
        return redo;
    }

    void onCheckpoint(Consumer<Lsn> listener) {
        listeners.add(listener);
    }

    Retention retain(String name, Lsn from) {
        return retentions.hold(name, from);
    }
}
