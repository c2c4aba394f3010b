package dev.seawall.tools.user;

import dev.seawall.settings.ServerSettings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.auth.User;
import dev.seawall.walwriter.auth.Users;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `walctl user add`.
@Command(name = "add", mixinStandardHelpOptions = true, description = "Adds a user.")
final class AddCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final PasswordOptions password = new PasswordOptions();

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Option(names = "--superuser", description = "May do everything that the owner may.")
    private boolean isSuperuser;

    @Option(names = "--replication", description = "May stream the log and make replication slots.")
    private boolean mayReplicate;

    @Option(names = "--no-password",
            description = "Logs in as the system's user of this name, or by a certificate, and not by a password.")
    private boolean hasNoPassword;

    @Override
    public ExitCode call() throws IOException {
        Users users = UserFile.openToChange(cluster);
        if (users.find(name).isPresent()) {
            throw new ExitCodeException(ExitCode.CONFLICT, "there is a user \"" + name + "\" already"
                    + "\nHINT: \"walctl user passwd\" gives it another password; \"walctl user remove\" removes it.");
        }
        User user;
        try {
            // Before the password is asked for: the name may be none.
            user = new User(name, isSuperuser, mayReplicate, null);
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        users.put(hasNoPassword ? user
                : new User(name, isSuperuser, mayReplicate, password.verifier(name)));
        System.out.println("added user \"" + name + "\"");
        System.out.println(hasNoPassword
                ? "It gets in where pg_hba.conf says peer, trust or cert; the Unix socket's directory "
                        + "must let it through (unix_socket_directories)."
                : "It gets in where pg_hba.conf says scram-sha-256; without that file, from this machine:  "
                        + "psql -h localhost -p " + port() + " -U " + name + " postgres");
        return ExitCode.DONE;
    }

    private int port() throws IOException {
        return cluster.settings(new LinuxDisk()).get(ServerSettings.PORT);
    }
}
