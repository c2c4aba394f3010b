package dev.seawall.tools.walctl;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.Program;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.control.RunningDaemon;
import dev.seawall.tools.control.WalwriterStatus;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl status`: what a cluster is and was doing.
@Command(name = "status", mixinStandardHelpOptions = true,
        description = {
            "Tells what a cluster is and was last doing, which daemons run, and what they are doing now. Changes "
                + "nothing.",
            "",
            "The exit code is 0 whether it runs or not; with --check it is 1 unless a walwriter answers."})
final class StatusCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Option(names = "--check", description = "Exit with 1 unless a walwriter runs and answers.")
    private boolean isCheck;

    /// What was found out.
    ///
    /// @param silence why a walwriter that runs did not tell; empty if none does, or it has told
    private record Found(ClusterStatus cluster, List<RunningDaemon> daemons, Optional<WalwriterStatus> walwriter,
            String silence) {}

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Found found = find(disk, cluster.existing(disk));
        if (isJson) {
            System.out.println(Json.of(fields(found)));
        } else {
            print(found);
        }
        return isCheck && found.walwriter().isEmpty() ? ExitCode.NOT_FOUND : ExitCode.DONE;
    }

    private Found find(Disk disk, Path directory) throws IOException {
        ClusterStatus status = ClusterStatus.read(disk, directory);
        List<RunningDaemon> daemons = RunningDaemon.all(directory);
        try {
            return new Found(status, daemons,
                    WalwriterStatus.read(disk, directory, cluster.settings(disk)), "");
        } catch (ExitCodeException | IOException e) {
            return new Found(status, daemons, Optional.empty(), Program.describe(e).lines().findFirst().orElse(""));
        }
    }

    private static String stateOf(ControlFile control) {
        return control.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Map<String, Object> fields(Found found) {
        ClusterStatus status = found.cluster();
        ControlFile control = status.control();
        Checkpoint checkpoint = control.checkpoint();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("directory", status.directory());
        fields.put("system_identifier", Long.toUnsignedString(control.systemId()));
        fields.put("is_open", status.isOpen());
        fields.put("state", stateOf(control));
        fields.put("timeline", Integer.toUnsignedLong(checkpoint.timeline().value()));
        fields.put("checkpoint_lsn", control.checkpointLsn());
        fields.put("redo_lsn", checkpoint.redo());
        fields.put("checkpoint_time", checkpoint.time());
        fields.put("next_xid", checkpoint.nextXid());
        fields.put("segment_bytes", control.segmentBytes());
        fields.put("segments", status.segments());
        fields.put("newest_segment", status.newestSegment());
        fields.put("log_shares_file_system", status.isLogBesideData());
        fields.put("waiting_for_archive", status.waiting());
        fields.put("daemons", found.daemons().stream().map(StatusCommand::fields).toList());
        fields.put("walwriter", found.walwriter().map(StatusCommand::fields).orElse(null));
        fields.put("problem", found.silence().isEmpty() ? null : found.silence());
        return fields;
    }

    private static Map<String, Object> fields(RunningDaemon daemon) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", daemon.role().lowerCase());
        fields.put("pid", daemon.process().pid());
        fields.put("since", daemon.since());
        fields.put("unit", daemon.unit().orElse(null));
        return fields;
    }

    private static Map<String, Object> fields(WalwriterStatus walwriter) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", walwriter.version());
        fields.put("standby", walwriter.receiving());
        fields.put("insert_lsn", walwriter.inserted());
        fields.put("flush_lsn", walwriter.flushed());
        fields.put("flush_path", walwriter.flushPath());
        fields.put("checkpointer_connected", walwriter.isFollowed());
        fields.put("applied_lsn", walwriter.applied());
        fields.put("redo_lag_bytes", walwriter.redoLag());
        fields.put("archived", walwriter.archived());
        fields.put("last_archived", walwriter.lastArchived());
        fields.put("sessions", walwriter.sessions());
        fields.put("slots", walwriter.slots().stream().map(slot -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", slot.name());
            one.put("active", slot.isActive());
            one.put("restart_lsn", slot.restart());
            one.put("wal_status", slot.walStatus());
            one.put("safe_wal_size", slot.safeWalSize());
            return one;
        }).toList());
        fields.put("base_backups", walwriter.backups().stream().map(backup -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("pid", backup.pid());
            one.put("phase", backup.phase());
            one.put("total_bytes", backup.total());
            one.put("streamed_bytes", backup.streamed());
            return one;
        }).toList());
        fields.put("synchronous", fields(walwriter.synchronous()));
        return fields;
    }

    private static Map<String, Object> fields(WalwriterStatus.Synchronous synchronous) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("names", synchronous.names());
        fields.put("standbys", synchronous.standbys());
        fields.put("waiting", synchronous.waiting());
        fields.put("waiting_since", synchronous.since());
        fields.put("missing", synchronous.missing());
        fields.put("absent", synchronous.absent());
        return fields;
    }

    private static void print(Found found) {
        ClusterStatus status = found.cluster();
        ControlFile control = status.control();
        Checkpoint checkpoint = control.checkpoint();
        line("Directory", status.directory());
        line("System identifier", Long.toUnsignedString(control.systemId()));
        line("Open", status.isOpen() ? "yes, by another process" : "no");
        line("State when last written", stateOf(control) + ", " + control.time());
        line("Timeline", Integer.toUnsignedString(checkpoint.timeline().value()));
        line("Last checkpoint", control.checkpointLsn() + ", redo from " + checkpoint.redo() + ", "
                + checkpoint.time());
        line("Next transaction id", checkpoint.nextXid());
        line("Segments", status.segments() + " of " + Quantity.bytes(control.segmentBytes()) + ", "
                + Quantity.bytes(status.segmentBytes()) + " in pg_wal");
        line("Log is", status.logPlace());
        line("Newest segment", status.newestSegment().isEmpty() ? "none" : status.newestSegment());
        line("Waiting for the archive", status.waiting().isEmpty() ? "nothing"
                : status.waiting().size() + ", the first is " + status.waiting().getFirst());
        for (RunningDaemon daemon : found.daemons()) {
            line("Runs", daemon + ", since " + daemon.since().truncatedTo(ChronoUnit.SECONDS)
                    + daemon.unit().map(unit -> ", by systemd as " + unit).orElse(""));
        }
        found.walwriter().ifPresent(StatusCommand::print);
        if (!found.silence().isEmpty()) {
            line("Problem", found.silence());
        }
    }

    private static void print(WalwriterStatus walwriter) {
        if (walwriter.receiving() == null) {
            line("Log written up to", walwriter.inserted() + ", durable up to " + walwriter.flushed());
        } else {
            line("Standby", walwriter.receiving() + ", received up to " + walwriter.flushed());
        }
        line("Log made durable by", walwriter.flushPath());
        line("Redo", !walwriter.isFollowed() ? "no checkpointer follows"
                : walwriter.applied() == null ? "a checkpointer follows, and has not said how far it is"
                : "up to " + walwriter.applied() + ", " + Quantity.bytes(walwriter.redoLag()) + " behind");
        line("Archived", walwriter.archived() == null ? "no archiver is connected"
                : walwriter.archived()
                + (walwriter.lastArchived() == null ? "" : ", last " + walwriter.lastArchived()));
        line("Other sessions", walwriter.sessions());
        for (WalwriterStatus.Slot slot : walwriter.slots()) {
            line("Slot " + slot.name(), (slot.isActive() ? "in use" : "not in use") + kept(slot));
        }
        for (WalwriterStatus.Backup backup : walwriter.backups()) {
            line("Base backup, pid " + backup.pid(), backup.phase() + ", " + Quantity.bytes(backup.streamed())
                    + (backup.total() == null ? "" : " of " + Quantity.bytes(backup.total())) + " sent");
        }
        print(walwriter.synchronous());
    }

    private static String kept(WalwriterStatus.Slot slot) {
        if ("lost".equals(slot.walStatus())) {
            return ", lost: too far behind, its log was given up; what follows by it must be made anew";
        }
        return slot.restart() == null ? ", keeps nothing" : ", keeps log from " + slot.restart()
                + (slot.safeWalSize() == null ? "" : ", lost after " + Quantity.bytes(Math.max(0, slot.safeWalSize()))
                + " more");
    }

    private static void print(WalwriterStatus.Synchronous synchronous) {
        if (synchronous.names().isEmpty()) {
            return;
        }
        line("Synchronous standbys", (synchronous.standbys().isEmpty() ? "none" : synchronous.standbys()) + ", of "
                + synchronous.names()
                + (synchronous.missing() == 0 ? "" : "; " + synchronous.missing() + " missing, not there: "
                + synchronous.absent()));
        line("Commits that wait", synchronous.waiting()
                + (synchronous.since() == null ? "" : ", since " + synchronous.since()));
    }

    private static void line(String what, Object value) {
        System.out.printf("%-25s %s%n", what + ":", value);
    }
}
