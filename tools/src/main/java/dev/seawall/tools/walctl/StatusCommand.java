package dev.seawall.tools.walctl;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.Quantity;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl status`: what a cluster is and was doing.
@Command(name = "status", mixinStandardHelpOptions = true,
        description = "Tells what a cluster is and was last doing. Changes nothing; the cluster may be open.")
final class StatusCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        ClusterStatus status = ClusterStatus.read(disk, cluster.existing(disk));
        if (isJson) {
            System.out.println(Json.of(fields(status)));
        } else {
            print(status);
        }
        return ExitCode.DONE;
    }

    private static String stateOf(ControlFile control) {
        return control.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Map<String, Object> fields(ClusterStatus status) {
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
        fields.put("waiting_for_archive", status.waiting());
        return fields;
    }

    private static void print(ClusterStatus status) {
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
        line("Newest segment", status.newestSegment().isEmpty() ? "none" : status.newestSegment());
        line("Waiting for the archive", status.waiting().isEmpty() ? "nothing"
                : status.waiting().size() + ", the first is " + status.waiting().getFirst());
    }

    private static void line(String what, Object value) {
        System.out.printf("%-25s %s%n", what + ":", value);
    }
}
