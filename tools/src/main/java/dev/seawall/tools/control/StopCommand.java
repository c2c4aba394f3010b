package dev.seawall.tools.control;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.start.ControlStore;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl stop`: ends the daemons.
@Command(name = "stop", mixinStandardHelpOptions = true,
        description = {
            "Stops the daemons of a cluster, the walwriter first, and waits for their end.",
            "",
            "smart waits until the clients have gone by themselves, fast cuts them off; both end with a checkpoint, so "
                + "that the next start has nothing to redo. immediate kills; nothing that was acknowledged is lost.",
            "",
            "When none runs the exit code is 1."},
        footer = {"", "What systemd runs is left to it: \"systemctl stop seawall.target\"."})
public final class StopCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final RoleOptions roles = new RoleOptions();

    @Option(names = {"-m", "--mode"}, paramLabel = "MODE", defaultValue = "fast",
            description = "smart, fast or immediate; ${DEFAULT-VALUE} if not given.")
    private ClusterStop.Mode mode = ClusterStop.Mode.FAST;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.existing(disk);
        if (new ClusterStop(directory, mode).stop(roles.roles(), roles.patience()).isEmpty()) {
            throw new ExitCodeException(ExitCode.NOT_FOUND, "no daemon of \"" + directory + "\" runs");
        }
        if (ControlStore.peek(disk, new SystemWorld(), directory).state() != ControlFile.State.SHUT_DOWN) {
            System.out.println("not all is in the data files; the next start redoes it from the log");
        }
        return ExitCode.DONE;
    }
}
