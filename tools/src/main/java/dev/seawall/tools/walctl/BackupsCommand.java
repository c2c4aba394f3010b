package dev.seawall.tools.walctl;

import dev.seawall.archiver.backup.BackupCatalog;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.Quantity;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl backups`: the base backups in the repository.
@Command(name = "backups", mixinStandardHelpOptions = true,
        description = "Lists the base backups in the archive's repository. The cluster may be open, or gone.")
final class BackupsCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--repository", paramLabel = "DIR", description = "The repository, when the cluster is gone.")
    private @Nullable Path repository;

    @Option(names = "--json", description = "Print a JSON array, one object a backup.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path root = repository == null ? configured(disk) : repository.toAbsolutePath();
        try (DirectoryRepository open = DirectoryRepository.open(disk, new SystemWorld(), root)) {
            BackupCatalog catalog = new BackupCatalog(open);
            List<BackupManifest> backups = catalog.complete();
            if (isJson) {
                System.out.println(Json.of(backups.stream().map(BackupCommand::fields).toList()));
                return ExitCode.DONE;
            }
            for (BackupManifest backup : backups) {
                System.out.println(backup.describe() + ", " + Quantity.bytes(backup.bytes()));
            }
            for (String label : catalog.incomplete()) {
                System.out.println(label + ": not finished, cannot be restored");
            }
            if (backups.isEmpty()) {
                System.err.println("walctl backups: none in " + root + "\nHINT: Take one with \"walctl backup\".");
            }
        }
        return ExitCode.DONE;
    }

    private Path configured(Disk disk) throws IOException {
        return SeawallOptions.of(cluster.settings(disk), cluster.directory()).archive()
                .orElseThrow(() -> new ExitCodeException(ExitCode.USAGE, "archive_mode is off"
                        + "\nHINT: Give the repository with --repository DIR.")).repository();
    }
}
