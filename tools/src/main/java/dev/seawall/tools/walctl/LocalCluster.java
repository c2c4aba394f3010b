package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;

/// A cluster that no daemon runs, opened by the command itself.
final class LocalCluster {

    private LocalCluster() {}

    /// Opens the cluster in this process. Closing it shuts it down.
    ///
    /// @throws dev.seawall.walwriter.start.DirectoryLock.InUseException if another process has it open
    static Seawall open(ClusterOptions cluster, Disk disk) throws IOException {
        Path directory = cluster.existing(disk);
        return Seawall.open(disk, new SystemWorld(), directory,
                SeawallOptions.of(cluster.settings(disk), directory));
    }
}
