package dev.seawall.tools.walctl;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.client.WireClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl promote`: makes a primary of a running standby.
@Command(name = "promote", mixinStandardHelpOptions = true,
        description = {"Makes a primary of a running standby, on a timeline of its own.",
            "",
            "Be sure that the old primary is down, or cannot be reached by clients: what it goes on to acknowledge is "
                + "on a timeline that nobody follows. Rewind it afterwards (walctl rewind), and let it follow."})
final class PromoteCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = {"-t", "--timeout"}, paramLabel = "SECONDS", defaultValue = "60",
            description = "How long to wait for it. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Optional<WireClient> running = RunningWalwriter.connect(disk, cluster.existing(disk), cluster.settings(disk));
        if (running.isEmpty()) {
            throw new ExitCodeException(ExitCode.IO, "no walwriter runs there\nHINT: Start it with \"walctl start\".");
        }
        try (WireClient walwriter = running.get()) {
            if ("f".equals(walwriter.query("SELECT pg_promote(true, " + seconds + ")").value())) {
                throw new ExitCodeException(ExitCode.UNFINISHED, "the standby did not promote within " + seconds
                        + " seconds\nHINT: It may still do so: see \"walctl status\" and its log.");
            }
            @Nullable String lsn = walwriter.query("SELECT pg_current_wal_lsn()").value();
            System.out.println(isJson ? Json.of(Map.of("lsn", String.valueOf(lsn))) : "promoted at " + lsn);
        }
        return ExitCode.DONE;
    }
}
