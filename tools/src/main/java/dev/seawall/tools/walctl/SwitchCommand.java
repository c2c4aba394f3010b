package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
        Disk disk = new LinuxDisk();
        Lsn end = switchSegment(disk, cluster.existing(disk));
        System.out.println(isJson ? Json.of(Map.of("lsn", end)) : "the segment ended at " + end);
        return ExitCode.DONE;
    }

    private Lsn switchSegment(Disk disk, Path directory) throws IOException {
        Optional<WireClient> running = RunningWalwriter.connect(disk, directory, cluster.settings(disk));
        if (running.isPresent()) {
            try (WireClient walwriter = running.get()) {
                return Lsn.parse(walwriter.query("SELECT pg_switch_wal()").value());
            }
        }
        try (Seawall seawall = LocalCluster.open(cluster, disk)) {
            return seawall.wal().switchSegment();
        }
    }
}
