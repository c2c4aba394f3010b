package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `walctl restore-point`: a name for this place in the log.
@Command(name = "restore-point", mixinStandardHelpOptions = true,
        description = "Names this place in the log: a copy can be restored to it with walreplay --target-name NAME.")
final class RestorePointCommand implements Callable<ExitCode> {

    /// PostgreSQL's: 64 bytes with the zero at the end.
    private static final int MOST_BYTES = 63;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "NAME", description = "1 to 63 bytes, such as before_upgrade.")
    private String name = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MOST_BYTES) {
            throw new ExitCodeException(ExitCode.USAGE, "a restore point's name has " + bytes + " bytes"
                    + "\nHINT: Give 1 to " + MOST_BYTES + ".");
        }
        Disk disk = new LinuxDisk();
        Lsn end = restorePoint(disk, cluster.existing(disk));
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", name);
            fields.put("lsn", end);
            System.out.println(Json.of(fields));
        } else {
            System.out.println("restore point \"" + name + "\" ends at " + end);
        }
        return ExitCode.DONE;
    }

    private Lsn restorePoint(Disk disk, Path directory) throws IOException {
        Optional<WireClient> running = RunningWalwriter.connect(disk, directory, cluster.settings(disk));
        if (running.isPresent()) {
            try (WireClient walwriter = running.get()) {
                return Lsn.parse(walwriter.query(
                        "SELECT pg_create_restore_point(" + RunningWalwriter.literal(name) + ")").value());
            }
        }
        try (Seawall seawall = LocalCluster.open(cluster, disk)) {
            return seawall.wal().restorePoint(name);
        }
    }
}
