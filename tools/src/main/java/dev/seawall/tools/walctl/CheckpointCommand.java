package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.start.ControlStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl checkpoint`: everything logged so far into the data files, now.
@Command(name = "checkpoint", mixinStandardHelpOptions = true,
        description = "Brings everything that is logged into the data files, durably, so that the next start has less "
                + "to redo and old segments can go.")
final class CheckpointCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.existing(disk);
        Optional<WireClient> running = RunningWalwriter.connect(disk, directory, cluster.settings(disk));
        long begin = System.nanoTime();
        if (running.isPresent()) {
            try (WireClient walwriter = running.get()) {
                walwriter.query("CHECKPOINT");
            }
            Checkpoint made = ControlStore.peek(disk, new SystemWorld(), directory).checkpoint();
            print(made.redo(), made.timeline(), begin);
        } else {
            try (Seawall seawall = LocalCluster.open(cluster, disk)) {
                CheckpointReport report = seawall.checkpoint();
                print(report.redo(), report.timeline(), begin);
            }
        }
        return ExitCode.DONE;
    }

    private void print(Lsn redo, TimelineId timeline, long begin) {
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("redo_lsn", redo);
            fields.put("timeline", Integer.toUnsignedLong(timeline.value()));
            fields.put("seconds", took.toNanos() / 1e9);
            System.out.println(Json.of(fields));
        } else {
            System.out.println("checkpoint done in " + Quantity.time(took) + ": redo would begin at " + redo);
        }
    }
}
