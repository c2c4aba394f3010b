package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.LinuxDisk;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl switch`: ends the current segment, so that it can be archived.
@Command(name = "switch", mixinStandardHelpOptions = true,
        description = "Ends the current segment, so that it is archived before it is full.")
final class SwitchCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        try (Seawall seawall = LocalCluster.open(cluster, new LinuxDisk())) {
            Lsn end = seawall.wal().switchSegment();
            System.out.println(isJson ? Json.of(Map.of("lsn", end)) : "the segment ended at " + end);
        }
        return ExitCode.DONE;
    }
}
