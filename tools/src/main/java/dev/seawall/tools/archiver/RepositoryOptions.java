package dev.seawall.tools.archiver;

import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.settings.ArchiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which repository: named, or the one of a cluster's configuration.
final class RepositoryOptions {

    @Option(names = {"-r", "--repository"}, paramLabel = "DIR",
            description = "The repository's directory. Without it: archive_repository of the cluster's seawall.conf.")
    private @Nullable Path repository;

    @Option(names = {"-D", "--data"}, paramLabel = "DIR", defaultValue = "${env:SEAWALL_DATA_DIRECTORY}",
            description = "The cluster's directory. Without it: $SEAWALL_DATA_DIRECTORY.")
    private @Nullable Path cluster;

    private final Disk disk = new LinuxDisk();

    Disk disk() {
        return disk;
    }

    @Nullable Path cluster() {
        return cluster;
    }

    Path root() throws IOException {
        if (repository != null) {
            return repository.toAbsolutePath().normalize();
        }
        if (cluster == null) {
            throw new ExitCodeException(ExitCode.USAGE, "no repository is named"
                    + "\nHINT: Give its directory with --repository DIR, or a cluster's with -D DIR.");
        }
        String configured = Settings.load(disk, cluster, System.getenv(), Map.of())
                .get(ArchiveSettings.ARCHIVE_REPOSITORY);
        if (configured.isEmpty()) {
            throw new ExitCodeException(ExitCode.USAGE, "archive_repository is not set in the seawall.conf of "
                    + cluster
                    + "\nHINT: Set it, or give the directory with --repository DIR.");
        }
        return cluster.toAbsolutePath().resolve(configured).normalize();
    }

    DirectoryRepository open() throws IOException {
        return DirectoryRepository.open(disk, new SystemWorld(), root());
    }
}
