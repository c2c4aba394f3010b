package dev.seawall.tools.user;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `walctl user`: users of a cluster.
@Command(name = "user", mixinStandardHelpOptions = true,
        description = {
            "Adds, removes and lists the users of a cluster.",
            "",
            "The owner of the cluster's directory is a superuser and needs no entry here. From where others may come, "
                + "and how they prove who they are, is said in pg_hba.conf in the cluster's directory. A change holds "
                + "from the next login on; the walwriter may run or not."},
        subcommands = {AddCommand.class, PasswdCommand.class, RemoveCommand.class, ListCommand.class})
public final class UserCommand implements Callable<ExitCode> {

    @Override
    public ExitCode call() {
        throw new ExitCodeException(ExitCode.USAGE, "which of add, passwd, remove and list?"
                + "\nHINT: walctl user --help explains them.");
    }
}
