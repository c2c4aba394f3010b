package dev.seawall.tools.archiver;

import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.SegmentSource.Fetched;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `archiver get`: PostgreSQL's restore_command, with three answers.
@Command(name = GetCommand.NAME, mixinStandardHelpOptions = true,
        description = {"Gets one segment or history file out of the repository, checked.",
            "",
            "PostgreSQL takes every exit code from 1 to 125 for \"the log ends here\", opens the database, and says "
                + "nothing of the commits that are missing. So 1 is returned only if it is proven that there never was "
                + "such a file: the repository was read, it is this cluster's, and nothing in it is later. A hole, a "
                + "damaged file, or a repository that cannot be reached is 126: PostgreSQL then stops, and can be "
                + "started again."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"   0:found: the whole file is at PATH, checked",
            "   1:proven absent: the log ends before it",
            " 126:unknown, or any error at all: recovery must not go on"},
        footer = {"", "Example, in postgresql.conf:",
            "  restore_command = 'archiver get --repository /backup/main %%f %%p'"})
final class GetCommand implements Callable<ExitCode> {

    static final String NAME = "get";

    @Mixin
    private final RepositoryOptions options = new RepositoryOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The file's name: %%f of restore_command.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "Where to put it: %%p of restore_command.")
    private Path destination = Path.of("");

    @Override
    public ExitCode call() {
        try (DirectoryRepository repository = options.open()) {
            Disk disk = options.disk();
            Fetch fetch = new Fetch(disk, new WalArchive(repository),
                    ClusterIdentity.expected(disk, destination, repository.identity()));
            return answer(fetch.fetch(name, destination));
        } catch (ExitCodeException e) {
            removeDestination();
            throw e.code() == ExitCode.UNKNOWN ? e
                    : new ExitCodeException(ExitCode.UNKNOWN, String.valueOf(e.getMessage()), e);
        } catch (IOException | RuntimeException e) {
            removeDestination();
            throw new ExitCodeException(ExitCode.UNKNOWN, "could not find out: " + e.getMessage(), e);
        }
    }

    private ExitCode answer(Fetched fetched) {
        return switch (fetched) {
            case Fetched.Found() -> ExitCode.DONE;
            case Fetched.Absent(String proof) -> {
                removeDestination();
                System.err.println("archiver get: absent: " + proof);
                yield ExitCode.NOT_FOUND;
            }
            case Fetched.Unknown(String reason) -> throw new ExitCodeException(ExitCode.UNKNOWN, reason);
        };
    }

    /// What was written there is worth nothing.
    private void removeDestination() {
        try {
            options.disk().delete(destination);
        } catch (NoSuchFileException e) {
            // Nothing was.
        } catch (IOException e) {
            System.err.println("archiver get: could not remove " + destination + ": " + e.getMessage());
        }
    }
}
