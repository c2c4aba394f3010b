package dev.seawall.tools.archiver;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Program;
import dev.seawall.tools.daemon.ArchiverDaemon;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// `archiver`: puts files into a repository, gets them out, and tells what is in it.
@Command(name = "archiver", mixinStandardHelpOptions = true, version = "archiver (Seawall) 0.1.0",
        description = {
            "Puts segments of a log into a repository, gets them out again, and tells what is there.",
            "",
            "Works for clusters of Seawall and of PostgreSQL 13 to 18. A cluster of Seawall has \"archiver run\", "
                + "which archives by itself; \"archiver receive\" streams a server's log from afar; for a "
                + "PostgreSQL server's own commands, and to recover one, use it so:"},
        subcommands = {InitCommand.class, PushCommand.class, GetCommand.class, InfoCommand.class, ListCommand.class,
            VerifyCommand.class, ReceiveCommand.class, ArchiverDaemon.class, HelpCommand.class},
        footer = {"", "In postgresql.conf:",
            "  archive_command = 'archiver push --repository /backup/main %%p'",
            "  restore_command = 'archiver get --repository /backup/main %%f %%p'",
            "", "First of all, once:",
            "  archiver init --repository /backup/main -D $PGDATA"})
public final class Archiver implements Callable<ExitCode> {

    /// Set by the launcher: the exit code for "proven absent" that it turns into 1. A JVM that could
    /// not start also exits with 1, and a restore_command that does means the log's end to PostgreSQL.
    static final String ABSENT_PROPERTY = "seawall.exit.absent";

    @Override
    public ExitCode call() {
        throw new ExitCodeException(ExitCode.USAGE, "which command?\nHINT: \"archiver --help\" lists them.");
    }

    public static void main(String[] args) {
        int code = Program.run(new Archiver(), args);
        boolean isAbsent = code == ExitCode.NOT_FOUND.code() && List.of(args).contains(GetCommand.NAME);
        Program.exit(isAbsent ? Integer.getInteger(ABSENT_PROPERTY, code) : code);
    }
}
