package dev.seawall.tools.control;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `walctl reload`: the configuration, read again.
@Command(name = "reload", mixinStandardHelpOptions = true,
        description = {
            "Has the daemons of a cluster read seawall.conf again.",
            "",
            "Mistakes in it are told here, and then nothing is changed. Settings that only a restart takes are named "
                + "in the daemons' logs. Works whoever runs them."})
public final class ReloadCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.existing(disk);
        cluster.settings(disk);
        List<RunningDaemon> running = RunningDaemon.all(directory);
        if (running.isEmpty()) {
            throw new ExitCodeException(ExitCode.NOT_FOUND, "no daemon of \"" + directory + "\" runs");
        }
        // The walwriter tells those that are linked to it.
        List<RunningDaemon> told = running.stream().filter(daemon -> daemon.role() == DaemonRole.WALWRITER).toList();
        for (RunningDaemon daemon : told.isEmpty() ? running : told) {
            daemon.signal("HUP");
        }
        List<String> names = running.stream().map(daemon -> daemon.role().lowerCase()).toList();
        System.out.println("told " + String.join(", ", names) + " to read "
                + directory.resolve(Settings.FILE_NAME) + " again");
        return ExitCode.DONE;
    }
}
