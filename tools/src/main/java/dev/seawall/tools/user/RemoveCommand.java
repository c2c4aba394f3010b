package dev.seawall.tools.user;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.walwriter.auth.Users;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `walctl user remove`.
@Command(name = "remove", mixinStandardHelpOptions = true,
        description = "Removes a user. Sessions that it has go on; pg_terminate_backend ends them.")
final class RemoveCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Override
    public ExitCode call() throws IOException {
        Users users = UserFile.openToChange(cluster);
        UserFile.existing(users, name);
        users.remove(name);
        System.out.println("removed user \"" + name + "\"");
        return ExitCode.DONE;
    }
}
