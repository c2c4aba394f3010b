package dev.seawall.embedded;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.archiver.restore.Restore;
import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.target.PointInTimeRecovery;
import dev.seawall.recovery.target.RecoveryPlan;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.TimelineClaims;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The clusters of the system's power-cut table: where they are, and how they are opened. Small
/// segments and a small page store, so that everything that happens at some size happens soon.
final class RigCluster {

    static final Path CLUSTER = Path.of("/cluster");
    static final Path REPOSITORY = Path.of("/repository");
    static final Path COPY = Path.of("/copy");
    private static final long SYSTEM_ID = 4711;

    private static final SeawallOptions ALONE = new SeawallOptions(
            WalOptions.DEFAULT.withBufferBytes(1 << 16).withWalBytes(2 << 20, 4 << 20),
            new CheckpointOptions(Duration.ofMinutes(5), 1L << 30, 0.9),
            new PageStoreOptions(16, 3, 2, 16384),
            SeawallOptions.DEFAULT.held(), Optional.empty(), SeawallOptions.DEFAULT.acceptLossAt());
    private static final SeawallOptions ARCHIVING =
            ALONE.withArchive(new ArchiveOptions(REPOSITORY, Codec.ZSTD_1, Duration.ZERO, false));

    private RigCluster() {}

    static void init(Disk disk, World world) throws IOException {
        Seawall.init(disk, world, CLUSTER,
                ClusterInit.Options.of(SYSTEM_ID, new PageLayout(PageLayout.SEGMENT_BYTES_MIN)));
    }

    static Seawall open(Disk disk, World world, Path directory, boolean isArchiving) throws IOException {
        return Seawall.open(disk, world, directory, isArchiving ? ARCHIVING : ALONE, List.of(new LedgerEngine()));
    }

    /// `base/` of a cluster as a rewind asks for it.
    static RewoundFiles rewoundFiles(Disk disk, World world, Path directory) {
        return new RewoundFiles(disk, world, directory, ALONE, List.of(new LedgerEngine()));
    }

    static void restore(Disk disk, WalArchive archive, BackupManifest backup, Path into) throws IOException {
        new Restore(disk, archive.repository()).into(into, backup, BackupProgress.NONE);
    }

    /// Recovers a restored copy to a target, and promotes it.
    static void recover(Disk disk, World world, WalArchive archive, BackupManifest backup, Path copy,
            RecoveryTarget target, TimelineClaims claims, boolean isArchiving) throws IOException {
        recover(world, new RecoveryPlan(disk, world, copy,
                new Fetch(disk, archive, archive.repository().identity()), new TimelineChoice.Current(), target,
                Optional.of(backup.startTime())), claims, isArchiving);
    }

    /// Recovers a cluster along the newest timeline to the archive's end, and promotes it.
    static void recoverToTheEnd(Disk disk, World world, WalArchive archive, Path directory, TimelineClaims claims)
            throws IOException {
        recover(world, new RecoveryPlan(disk, world, directory,
                new Fetch(disk, archive, archive.repository().identity()), new TimelineChoice.Latest(),
                new RecoveryTarget.Latest(), Optional.empty()), claims, false);
    }

    private static void recover(World world, RecoveryPlan plan, TimelineClaims claims, boolean isArchiving)
            throws IOException {
        try (PointInTimeRecovery recovery = PointInTimeRecovery.begin(plan,
                RecoveringFiles.opener(plan.disk(), world, plan.directory(), ALONE, List.of(new LedgerEngine())))) {
            recovery.run();
            recovery.promote(claims, isArchiving).close();
        }
    }
}
