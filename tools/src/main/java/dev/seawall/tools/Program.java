package dev.seawall.tools;

import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.archiver.restore.NoBackupException;
import dev.seawall.recovery.target.RecoveryTargetException;
import dev.seawall.settings.SettingsException;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.walwriter.WalFailedException;
import dev.seawall.walwriter.auth.hba.HbaException;
import dev.seawall.walwriter.rewind.RewindRefusedException;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.timeline.DivergedException;
import dev.seawall.walwriter.timeline.RecoveryStoppedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/// Runs a command: parses its line, and turns what it returns or throws into an exit code.
///
/// A command is a picocli class, `Callable<ExitCode>`. It writes results to standard output, and
/// throws what stops it: the one place where an exception becomes a message is here.
public final class Program {

    private Program() {}

    /// Runs and exits the process.
    public static void main(Callable<ExitCode> command, String[] args) {
        System.exit(run(command, args));
    }

    /// Exits with a code of another program's: `waldump` has pg_waldump's.
    public static void exit(int code) {
        System.exit(code);
    }

    /// Runs; for tests, which look at the code.
    public static int run(Callable<ExitCode> command, String... args) {
        return line(command).execute(args);
    }

    /// A command as it is run, with all it says of itself.
    public static CommandLine line(Callable<ExitCode> command) {
        CommandLine line = new CommandLine(command);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, of, _) -> report(failure, of).code());
        line.setParameterExceptionHandler((failure, _) -> wrongUsage(failure).code());
        line.setExecutionStrategy(Program::execute);
        teachExitCodes(line);
        return line;
    }

    private static int execute(CommandLine.ParseResult parsed) {
        int code = new CommandLine.RunLast().execute(parsed);
        List<CommandLine> lines = parsed.asCommandLineList();
        Object result = lines.get(lines.size() - 1).getExecutionResult();
        return result instanceof ExitCode exit ? exit.code() : code;
    }

    /// Puts the table of exit codes at the end of every command's help.
    private static void teachExitCodes(CommandLine line) {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.format("%4d", code.code()), code.meaning());
        }
        CommandLine.Model.UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
        }
        line.getSubcommands().values().forEach(Program::teachExitCodes);
    }

    private static ExitCode wrongUsage(CommandLine.ParameterException failure) {
        CommandLine line = failure.getCommandLine();
        PrintWriter err = line.getErr();
        err.println(line.getCommandName() + ": " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("HINT: " + line.getCommandSpec().qualifiedName() + " --help explains every option.");
        return ExitCode.USAGE;
    }

    private static ExitCode report(Exception failure, CommandLine of) {
        ExitCode code = codeOf(failure);
        PrintWriter err = of.getErr();
        err.println(of.getCommandSpec().qualifiedName() + ": " + describe(failure));
        if (code == ExitCode.BUG) {
            failure.printStackTrace(err);
            err.println("HINT: This is an error in Seawall. Please report it with the lines above.");
        }
        err.flush();
        return code;
    }

    /// What an exception means to a caller. An [ExitCodeException] says it itself.
    public static ExitCode codeOf(Exception failure) {
        return switch (failure) {
            case ExitCodeException known -> known.code();
            case DirectoryLock.InUseException _ -> ExitCode.IN_USE;
            case RecoveryTargetException _, RecoveryStoppedException _, NoBackupException _ ->
                    ExitCode.TARGET_NOT_REACHED;
            case DivergedException _, RewindRefusedException _ -> ExitCode.DIVERGED;
            case SettingsException _, HbaException _ -> ExitCode.USAGE;
            case WalCorruptException _ -> ExitCode.DAMAGED;
            case WrongSystemException _ -> ExitCode.CONFLICT;
            case WalFailedException _ -> ExitCode.IO;
            case NoSuchFileException _ -> ExitCode.NOT_FOUND;
            case IOException _ -> ExitCode.IO;
            default -> ExitCode.BUG;
        };
    }

    /// What stopped a command, in words for its user.
    public static String describe(Exception failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "there is no \"" + missing.getFile() + "\"";
            case FileAlreadyExistsException there -> "\"" + there.getFile() + "\" exists already";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
