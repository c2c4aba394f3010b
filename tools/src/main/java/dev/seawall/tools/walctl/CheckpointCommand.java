package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.Quantity;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.CheckpointReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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
        try (Seawall seawall = LocalCluster.open(cluster, new LinuxDisk())) {
            long begin = System.nanoTime();
            CheckpointReport report = seawall.checkpoint();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            if (isJson) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("redo_lsn", report.redo());
                fields.put("timeline", Integer.toUnsignedLong(report.timeline().value()));
                fields.put("seconds", took.toNanos() / 1e9);
                System.out.println(Json.of(fields));
            } else {
                System.out.println("checkpoint done in " + Quantity.time(took) + ": redo would begin at "
                        + report.redo());
            }
        }
        return ExitCode.DONE;
    }
}
