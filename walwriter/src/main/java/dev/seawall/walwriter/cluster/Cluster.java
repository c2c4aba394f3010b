package dev.seawall.walwriter.cluster;

import dev.seawall.settings.LiveSettings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Wal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;

/// A cluster that is served: the log, and whom the server asks for what it does not do itself.
///
/// @param directory the cluster's
/// @param owner     the operating system's name of who owns the directory: the one superuser there
///                  always is
/// @param started   when this process took it over
/// @param archiver  what the archiver last told of itself
public record Cluster(
        ClusterLog log,
        LiveSettings settings,
        Checkpointing checkpointing,
        Supplier<ArchiverActivity> archiver,
        Slots slots,
        LogicalSlots logical,
        Senders senders,
        Sessions sessions,
        Backups backups,
        Disk disk,
        World world,
        Path directory,
        String owner,
        Instant started) {

    /// The log as one that takes appends.
    ///
    /// @throws dev.seawall.walwriter.wire.SqlException if recovery is in progress
    public Wal wal() {
        return log.wal();
    }
}
