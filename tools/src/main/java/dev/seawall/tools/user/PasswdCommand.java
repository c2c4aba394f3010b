package dev.seawall.tools.user;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.walwriter.auth.User;
import dev.seawall.walwriter.auth.Users;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `walctl user passwd`.
@Command(name = "passwd", mixinStandardHelpOptions = true,
        description = "Gives a user another password. Sessions that it has go on.")
final class PasswdCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final PasswordOptions password = new PasswordOptions();

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Override
    public ExitCode call() throws IOException {
        Users users = UserFile.openToChange(cluster);
        User user = UserFile.existing(users, name);
        users.put(new User(name, user.isSuperuser(), user.mayReplicate(), password.verifier(name)));
        System.out.println("changed the password of \"" + name + "\"");
        return ExitCode.DONE;
    }
}
