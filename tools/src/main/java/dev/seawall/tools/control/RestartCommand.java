package dev.seawall.tools.control;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl restart`: stop and start.
@Command(name = "restart", mixinStandardHelpOptions = true,
        description = {
            "Stops the daemons of a cluster that run, and starts all that belong to it.",
            "",
            "Settings that were given with -c at their start are not remembered: give them again."},
        footer = {"", "Where systemd runs them: \"systemctl restart seawall.target\"."})
public final class RestartCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final RoleOptions roles = new RoleOptions();

    @Option(names = {"-m", "--mode"}, paramLabel = "MODE", defaultValue = "fast",
            description = "How to stop: smart, fast or immediate; ${DEFAULT-VALUE} if not given.")
    private ClusterStop.Mode mode = ClusterStop.Mode.FAST;

    @Option(names = {"-l", "--log"}, paramLabel = "DIR",
            description = "Directory of their logs. Without it: log in the cluster's directory.")
    private @Nullable Path logs;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.existing(disk);
        // Mistakes in it are found while everything still runs.
        Settings settings = cluster.settings(disk);
        Set<DaemonRole> stopped = new ClusterStop(directory, mode).stop(roles.roles(), roles.patience());
        Set<DaemonRole> wanted = roles.rolesFor(settings);
        wanted.addAll(stopped);
        new ClusterStart(directory, settings, cluster.overrides(), StartCommand.logsIn(directory, logs))
                .start(wanted, roles.patience());
        return ExitCode.DONE;
    }
}
