package dev.seawall.tools.man;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.tools.waldump.Waldump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `walctl man`: writes the man pages, from what the commands say of themselves.
@Command(name = "man", mixinStandardHelpOptions = true,
        description = "Writes the man pages of all of Seawall's commands, and of seawall.conf.",
        footer = {"walctl man /usr/local/share/man", "man -M /usr/local/share/man walctl-start"})
public final class ManCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "DIRECTORY", description = "Where to; man1 and man5 are made in it.")
    private Path directory = Path.of(".");

    @Override
    public ExitCode call() throws IOException {
        Path commands = Files.createDirectories(directory.resolve("man1"));
        Path files = Files.createDirectories(directory.resolve("man5"));
        List<CommandPage> pages = new ArrayList<>();
        for (Callable<ExitCode> command : Commands.all()) {
            collect(Program.line(command), pages);
        }
        for (CommandPage page : pages) {
            Files.writeString(commands.resolve(page.name() + ".1"), page.text());
        }
        Files.writeString(commands.resolve("waldump.1"), waldump());
        Files.writeString(files.resolve("seawall.conf.5"), ConfPage.text());
        System.out.println("wrote " + (pages.size() + 2) + " pages to " + directory);
        return ExitCode.DONE;
    }

    private static String waldump() {
        return new Roff("waldump", 1, "Seawall commands")
                .section("NAME").line("waldump - shows a write-ahead log, Seawall's or a PostgreSQL server's")
                .section("DESCRIPTION").literal(Waldump.help().lines().toList())
                .section("SEE ALSO").line("walreplay(1), pg_waldump(1)").toString();
    }

    private static void collect(CommandLine line, List<CommandPage> into) {
        if (line.getCommandName().equals("help")) {
            return;
        }
        into.add(new CommandPage(line));
        line.getSubcommands().values().forEach(sub -> collect(sub, into));
    }
}
