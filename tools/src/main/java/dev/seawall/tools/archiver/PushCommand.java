package dev.seawall.tools.archiver;

import dev.seawall.archiver.ArchiveConflictException;
import dev.seawall.archiver.SegmentCheck;
import dev.seawall.archiver.WalFiles;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.Repository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.WalCorruptException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `archiver push`: PostgreSQL's archive_command.
@Command(name = "push", mixinStandardHelpOptions = true,
        description = {"Archives one file of pg_wal: checks it, stores it, and returns when it is durable.",
            "A segment is checked record by record first. The same content again is success; other content under "
                + "the same name is refused and nothing is replaced."},
        footer = {"", "Example, in postgresql.conf:",
            "  archive_command = 'archiver push --repository /backup/main %%p'"})
final class PushCommand implements Callable<ExitCode> {

    @Mixin
    private final RepositoryOptions options = new RepositoryOptions();

    @Mixin
    private final CompressionOptions compression = new CompressionOptions();

    @Parameters(paramLabel = "PATH", description = "The file: %%p of archive_command.")
    private Path file = Path.of("");

    @Override
    public ExitCode call() throws Exception {
        try (DirectoryRepository repository = options.open()) {
            RepositoryIdentity expected = ClusterIdentity.expected(options.disk(), file, repository.identity());
            WalFiles files = new WalFiles(options.disk(), new WalArchive(repository), expected,
                    compression.codec());
            Repository.Put put = files.archive(file, SegmentCheck.Behind.UNKNOWN);
            if (put == Repository.Put.IDENTICAL) {
                System.err.println("archiver push: " + file.getFileName()
                        + " was archived before, with the same content");
            }
            return ExitCode.DONE;
        } catch (ArchiveConflictException | WrongSystemException e) {
            throw new ExitCodeException(ExitCode.CONFLICT, String.valueOf(e.getMessage()), e);
        } catch (WalCorruptException e) {
            // Below 126: with more PostgreSQL would end its archiver and not count the failure.
            throw new ExitCodeException(ExitCode.CORRUPT, String.valueOf(e.getMessage()), e);
        }
    }
}
