package dev.seawall.tools.archiver;

import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.settings.WalSettings;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `archiver init`: a new repository.
@Command(name = "init", mixinStandardHelpOptions = true,
        description = {"Makes a repository for one cluster.",
            "The directory need not exist, its parent must. Doing it again for the same cluster is fine."},
        footer = {"", "Examples:",
            "  archiver init --repository /backup/main -D $PGDATA",
            "  archiver init --repository /backup/main --system-id 7315042236591632531 --wal-segsize 16MB"})
final class InitCommand implements Callable<ExitCode> {

    @Mixin
    private final RepositoryOptions options = new RepositoryOptions();

    @Option(names = "--system-id", paramLabel = "NUMBER",
            description = "The cluster's system identifier (pg_controldata shows it). Without it: from -D.")
    private @Nullable String systemId;

    @Option(names = "--wal-segsize", paramLabel = "SIZE", defaultValue = "16MB",
            description = "Size of the cluster's segments; with --system-id only.")
    private String segmentSize = "16MB";

    @Override
    public ExitCode call() throws Exception {
        Path root = options.root();
        RepositoryIdentity identity = identity();
        try {
            DirectoryRepository.create(options.disk(), new SystemWorld(), root, identity).close();
        } catch (WrongSystemException e) {
            throw new ExitCodeException(ExitCode.CONFLICT, String.valueOf(e.getMessage()), e);
        }
        System.out.println("repository of system " + Long.toUnsignedString(identity.systemId()) + " is in " + root);
        return ExitCode.DONE;
    }

    private RepositoryIdentity identity() throws IOException {
        if (systemId != null) {
            try {
                return new RepositoryIdentity(Long.parseUnsignedLong(systemId),
                        Math.toIntExact(WalSettings.WAL_SEGMENT_SIZE.type().parse(segmentSize)));
            } catch (IllegalArgumentException e) {
                throw new ExitCodeException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
            }
        }
        Path cluster = options.cluster();
        if (cluster == null) {
            throw new ExitCodeException(ExitCode.USAGE, "whose repository?"
                    + "\nHINT: Give the cluster's directory with -D DIR, or its --system-id.");
        }
        return ClusterIdentity.of(options.disk(), cluster);
    }
}
