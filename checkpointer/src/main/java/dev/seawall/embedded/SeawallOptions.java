package dev.seawall.embedded;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.settings.ArchiveSettings;
import dev.seawall.settings.CheckpointSettings;
import dev.seawall.settings.RecoverySettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.CommitDelay;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.FlushPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How a cluster is run: each owner's options, together.
///
/// @param archive      empty: `archive_mode` is off
/// @param acceptLossAt a log that is damaged at this very place ends there, on the operator's word;
///                     [Lsn#INVALID] for none
public record SeawallOptions(
        WalOptions wal,
        CheckpointOptions checkpoints,
        PageStoreOptions pages,
        HeldLimits held,
        Optional<ArchiveOptions> archive,
        Lsn acceptLossAt) {

    public static final SeawallOptions DEFAULT = new SeawallOptions(
            WalOptions.DEFAULT,
            new CheckpointOptions(Duration.ofMinutes(5), 1L << 30, 0.9),
            PageStoreOptions.of(128L << 20, 256 << 10),
            HeldLimits.DEFAULT,
            Optional.empty(),
            Lsn.INVALID);

    /// What the settings say.
    ///
    /// @param directory the cluster's: a relative `archive_repository` is below it
    public static SeawallOptions of(Settings settings, Path directory) {
        long held = settings.get(RecoverySettings.LOGICAL_DECODING_WORK_MEM);
        return new SeawallOptions(walOf(settings), checkpointsOf(settings),
                PageStoreOptions.of(settings.get(CheckpointSettings.SHARED_BUFFERS),
                        Math.toIntExact(settings.get(CheckpointSettings.CHECKPOINT_FLUSH_AFTER))),
                new HeldLimits(Math.max(1, held / 4), held), archiveOf(settings, directory),
                lossOf(settings));
    }

    private static CheckpointOptions checkpointsOf(Settings settings) {
        return new CheckpointOptions(settings.get(CheckpointSettings.CHECKPOINT_TIMEOUT),
                settings.get(CheckpointSettings.MAX_WAL_SIZE),
                settings.get(CheckpointSettings.CHECKPOINT_COMPLETION_TARGET));
    }

    private static WalOptions walOf(Settings settings) {
        return new WalOptions(
                new FlushPath(settings.get(WalSettings.WAL_SYNC_METHOD), settings.get(WalSettings.WAL_DIRECT_IO)),
                Math.toIntExact(settings.get(WalSettings.WAL_BUFFERS)),
                settings.get(WalSettings.WAL_INIT_ZERO), settings.get(WalSettings.WAL_RECYCLE),
                settings.get(WalSettings.MIN_WAL_SIZE), settings.get(CheckpointSettings.MAX_WAL_SIZE),
                settings.get(WalSettings.WAL_KEEP_SIZE), settings.get(WalSettings.MAX_REDO_LAG),
                settings.get(ArchiveSettings.ARCHIVE_MODE),
                settings.get(CheckpointSettings.CHECKPOINT_COMPLETION_TARGET),
                settings.get(ServerSettings.MAX_CONNECTIONS),
                new CommitDelay(settings.get(WalSettings.COMMIT_DELAY), settings.get(WalSettings.COMMIT_SIBLINGS)));
    }

    private static Lsn lossOf(Settings settings) {
        String at = settings.get(RecoverySettings.ACCEPT_LOG_LOSS_AT);
        return at.isEmpty() ? Lsn.INVALID : Lsn.parse(at);
    }

    private static Optional<ArchiveOptions> archiveOf(Settings settings, Path directory) {
        if (!settings.get(ArchiveSettings.ARCHIVE_MODE)) {
            return Optional.empty();
        }
        Codec codec = new Codec(Codec.Format.valueOf(settings.get(ArchiveSettings.ARCHIVE_COMPRESSION).name()),
                settings.get(ArchiveSettings.ARCHIVE_COMPRESSION_LEVEL));
        return Optional.of(new ArchiveOptions(
                directory.resolve(settings.get(ArchiveSettings.ARCHIVE_REPOSITORY)), codec,
                settings.get(ArchiveSettings.ARCHIVE_TIMEOUT), true));
    }

    public SeawallOptions {
        wal = wal.withArchiving(archive.isPresent());
    }

    public SeawallOptions withWal(WalOptions options) {
        return new SeawallOptions(options, checkpoints, pages, held, archive, acceptLossAt);
    }

    public SeawallOptions withCheckpoints(CheckpointOptions options) {
        return new SeawallOptions(wal, options, pages, held, archive, acceptLossAt);
    }

    public SeawallOptions withPages(PageStoreOptions options) {
        return new SeawallOptions(wal, checkpoints, options, held, archive, acceptLossAt);
    }

    /// Archives into a directory, compressed with zstd 1.
    public SeawallOptions withArchive(Path repository) {
        return withArchive(new ArchiveOptions(repository, Codec.ZSTD_1, Duration.ZERO, true));
    }

    public SeawallOptions withArchive(ArchiveOptions options) {
        return new SeawallOptions(wal, checkpoints, pages, held, Optional.of(options), acceptLossAt);
    }
}
