package dev.seawall.embedded;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.walwriter.WalOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How a cluster is run: each owner's options, together.
///
/// @param archive empty: `archive_mode` is off
public record SeawallOptions(
        WalOptions wal,
        CheckpointOptions checkpoints,
        PageStoreOptions pages,
        HeldLimits held,
        Optional<ArchiveOptions> archive) {

    public static final SeawallOptions DEFAULT = new SeawallOptions(
            WalOptions.DEFAULT,
            new CheckpointOptions(Duration.ofMinutes(5), 1L << 30, 0.9),
            PageStoreOptions.of(128L << 20, 256 << 10),
            HeldLimits.DEFAULT,
            Optional.empty());

    public SeawallOptions {
        wal = wal.withArchiving(archive.isPresent());
    }

    public SeawallOptions withWal(WalOptions options) {
        return new SeawallOptions(options, checkpoints, pages, held, archive);
    }

    public SeawallOptions withCheckpoints(CheckpointOptions options) {
        return new SeawallOptions(wal, options, pages, held, archive);
    }

    public SeawallOptions withPages(PageStoreOptions options) {
        return new SeawallOptions(wal, checkpoints, options, held, archive);
    }

    /// Archives into a directory, compressed with zstd 1.
    public SeawallOptions withArchive(Path repository) {
        return withArchive(new ArchiveOptions(repository, Codec.ZSTD_1, Duration.ZERO, true));
    }

    public SeawallOptions withArchive(ArchiveOptions options) {
        return new SeawallOptions(wal, checkpoints, pages, held, Optional.of(options));
    }
}
