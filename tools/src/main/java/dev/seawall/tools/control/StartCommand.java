package dev.seawall.tools.control;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl start`: the daemons, in the background.
@Command(name = "start", mixinStandardHelpOptions = true,
        description = {
            "Starts the daemons of a cluster in the background: walwriter, checkpointer and, with archive_mode on, "
                + "archiver. Waits until the walwriter answers.",
            "",
            "Daemons that run already are left as they are; when all do, the exit code is 6. When one cannot start, "
                + "those that were started with it are stopped, and the exit code is the one of that daemon."},
        footer = {"", "Where systemd is to run them: \"systemctl start seawall.target\", see systemd/README.md."})
public final class StartCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final RoleOptions roles = new RoleOptions();

    @Option(names = {"-l", "--log"}, paramLabel = "DIR",
            description = "Directory of their logs, one file each, appended to. Without it: log in the cluster's "
                    + "directory.")
    private @Nullable Path logs;

    @Option(names = {"-w", "--wait"}, negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Wait until they work; so it is by default.")
    private boolean isWaiting;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.existing(disk);
        Settings settings = cluster.settings(disk);
        Set<DaemonRole> missing = roles.rolesFor(settings);
        for (RunningDaemon running : RunningDaemon.all(directory)) {
            if (missing.remove(running.role())) {
                System.out.println("the " + running + ", runs already");
            }
        }
        if (missing.isEmpty()) {
            throw new ExitCodeException(ExitCode.IN_USE, "there is nothing to start"
                    + "\nHINT: \"walctl restart\" stops and starts them.");
        }
        new ClusterStart(directory, settings, cluster.overrides(), logsIn(directory, logs))
                .start(missing, isWaiting ? roles.patience() : Duration.ZERO);
        return ExitCode.DONE;
    }

    static Path logsIn(Path directory, @Nullable Path given) {
        return given == null ? directory.resolve("log") : given.toAbsolutePath();
    }
}
