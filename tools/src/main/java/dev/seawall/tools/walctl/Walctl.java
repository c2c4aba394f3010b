package dev.seawall.tools.walctl;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Program;
import dev.seawall.tools.control.ReloadCommand;
import dev.seawall.tools.control.RestartCommand;
import dev.seawall.tools.control.StartCommand;
import dev.seawall.tools.control.StopCommand;
import dev.seawall.tools.man.ManCommand;
import dev.seawall.tools.quickstart.Quickstart;
import dev.seawall.tools.rewind.RewindCommand;
import dev.seawall.tools.torture.Torture;
import dev.seawall.tools.user.UserCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// `walctl`: makes, inspects and steers a cluster.
@Command(name = "walctl", mixinStandardHelpOptions = true, version = "walctl (Seawall) 0.1.0",
        description = "Makes, inspects and steers a cluster of Seawall, a write-ahead log in PostgreSQL's format.",
        subcommands = {InitCommand.class, StartCommand.class, StopCommand.class, RestartCommand.class,
            ReloadCommand.class, StatusCommand.class, SettingsCommand.class, CheckpointCommand.class,
            SwitchCommand.class, RestorePointCommand.class, PromoteCommand.class, BackupCommand.class,
            BackupsCommand.class, RewindCommand.class, UserCommand.class, Quickstart.class, Torture.class,
            ManCommand.class, HelpCommand.class},
        footer = {"", "Begin with:  walctl quickstart", "Then:        walctl init -D DIR && walctl start -D DIR"})
public final class Walctl implements Callable<ExitCode> {

    @Override
    public ExitCode call() {
        throw new ExitCodeException(ExitCode.USAGE, "which command?"
                + "\nHINT: \"walctl --help\" lists them; \"walctl quickstart\" shows the whole of Seawall.");
    }

    public static void main(String[] args) {
        Program.main(new Walctl(), args);
    }
}
