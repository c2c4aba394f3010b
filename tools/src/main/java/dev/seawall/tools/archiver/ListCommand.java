package dev.seawall.tools.archiver;

import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `archiver list`: names of all archived files of the log.
@Command(name = "list", mixinStandardHelpOptions = true,
        description = "Prints the names of all archived segments, history and backup files, one a line.")
final class ListCommand implements Callable<ExitCode> {

    @Mixin
    private final RepositoryOptions options = new RepositoryOptions();

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        try (DirectoryRepository repository = options.open()) {
            SortedSet<String> names = new WalArchive(repository).names();
            if (isJson) {
                System.out.println(Json.of(names));
            } else {
                names.forEach(System.out::println);
            }
        }
        return ExitCode.DONE;
    }
}
