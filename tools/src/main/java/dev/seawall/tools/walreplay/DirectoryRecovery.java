package dev.seawall.tools.walreplay;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.restore.Restore;
import dev.seawall.embedded.RecoveringFiles;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.recovery.redo.RedoProgress;
import dev.seawall.recovery.target.PointInTimeRecovery;
import dev.seawall.recovery.target.PointInTimeRecovery.Reached;
import dev.seawall.recovery.target.RecoveryPlan;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.settings.Settings;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.Progress;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.WalLink;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// `walreplay --data`: a base backup restored into a directory, and recovered there to the target.
final class DirectoryRecovery {

    /// What becomes of the directory at the target.
    enum Action { PAUSE, PROMOTE, SHUTDOWN }

    private final RecoverySource source;
    private final World world;
    private final PrintStream notes;

    DirectoryRecovery(RecoverySource source, World world, PrintStream notes) {
        this.source = source;
        this.world = world;
        this.notes = notes;
    }

    /// Restores the backup that leads to the target.
    ///
    /// @param walDirectory where its log is to be; null: in it
    /// @return when it was begun
    Instant restore(Path directory, @Nullable Path walDirectory, RecoveryTarget target, TimelineChoice timeline)
            throws IOException {
        BackupManifest backup = source.backupFor(target, source.history(timeline));
        if (walDirectory != null) {
            WalLink.make(source.disk(), directory, walDirectory);
        }
        notes.println("walreplay: restoring backup " + backup.describe());
        try (Progress progress = new Progress(System.err, "restoring", backup.bytes())) {
            new Restore(source.disk(), source.repository()).into(directory, backup,
                    (_, _, bytes) -> progress.at(bytes));
        }
        return backup.startTime();
    }

    /// Recovers the directory.
    ///
    /// @param stateTime when its backup was begun; null if that is not known
    ExitCode recover(Path directory, RecoveryTarget target, TimelineChoice timeline, Action action,
            @Nullable Instant stateTime, boolean isJson, PrintStream out) throws IOException {
        Disk disk = source.disk();
        SeawallOptions options = SeawallOptions.of(
                Settings.load(disk, directory, System.getenv(), Map.of()), directory);
        List<ResourceManager> engines =
                ServiceLoader.load(ResourceManager.class).stream().map(ServiceLoader.Provider::get).toList();
        RecoveryPlan plan = new RecoveryPlan(disk, world, directory, source.fetch(), timeline, target,
                Optional.ofNullable(stateTime));
        try (PointInTimeRecovery recovery = PointInTimeRecovery.begin(plan,
                RecoveringFiles.opener(disk, world, directory, options, engines))) {
            Reached reached = run(recovery);
            long newTimeline = act(recovery, action);
            report(reached, newTimeline, action, isJson, out);
        }
        return ExitCode.DONE;
    }

    private Reached run(PointInTimeRecovery recovery) throws IOException {
        // How much log there is nobody knows before it is read, so no bar: a line now and then.
        try (RunningLine line = new RunningLine(System.err, world)) {
            recovery.onProgress(line::show);
            return recovery.run();
        }
    }

    /// @return the timeline of the cluster then; 0 if it has none of its own yet
    private long act(PointInTimeRecovery recovery, Action action) throws IOException {
        return switch (action) {
            case PROMOTE -> {
                try (StartedLog started = recovery.promote(new ArchivedTimelines(source.archive()), false)) {
                    yield Integer.toUnsignedLong(started.history().timeline().value());
                }
            }
            case SHUTDOWN -> {
                recovery.shutDown();
                yield 0;
            }
            case PAUSE -> 0;
        };
    }

    private static void report(Reached reached, long newTimeline, Action action, boolean isJson, PrintStream out) {
        RedoProgress progress = reached.progress();
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("stop_lsn", reached.lsn());
            fields.put("stop_reason", reached.reason());
            fields.put("last_commit_xid", progress.lastCommitXid());
            fields.put("last_commit_time", progress.lastCommitXid() == 0 ? null : progress.lastCommitTime());
            fields.put("commits", progress.counts().commits());
            fields.put("bytes", progress.counts().bytes());
            fields.put("action", action.name().toLowerCase(java.util.Locale.ROOT));
            fields.put("timeline", newTimeline == 0
                    ? Integer.toUnsignedLong(reached.timeline().value()) : newTimeline);
            out.println(Json.of(fields));
            return;
        }
        out.println("Recovered to " + reached.lsn() + " (" + reached.reason() + "): "
                + Quantity.count(progress.counts().commits()) + " commits redone, the last "
                + (progress.lastCommitXid() == 0 ? "none" : "transaction "
                        + Long.toUnsignedString(progress.lastCommitXid()) + " of " + progress.lastCommitTime()) + ".");
        out.println(switch (action) {
            case PROMOTE -> "The cluster is on timeline " + newTimeline + " now and can be opened. It does not archive:"
                    + " set archive_mode = on when it is to take the original's place.";
            case SHUTDOWN -> "The cluster is shut down in recovery. Go on from here with --continue.";
            case PAUSE -> "The cluster is left in recovery. Go on from here with --continue.";
        });
    }
}
