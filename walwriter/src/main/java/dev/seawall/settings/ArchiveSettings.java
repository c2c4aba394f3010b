package dev.seawall.settings;

import static dev.seawall.settings.Setting.TakesEffect.AT_RELOAD;
import static dev.seawall.settings.Setting.TakesEffect.AT_START;

import java.time.Duration;
import java.util.List;

/// The archive: where completed segments go and how they are stored.
public final class ArchiveSettings {

    /// How files are stored in the repository.
    public enum Compression { ZSTD, GZIP, NONE }

    public static final Setting<Boolean> ARCHIVE_MODE = Setting.onOff("archive_mode",
            false, AT_START,
            "Put completed segments into the repository and keep them until that is done");

    public static final Setting<String> ARCHIVE_REPOSITORY = Setting.text("archive_repository",
            "", AT_START,
            "Directory of the repository; relative to the cluster's directory (Seawall's own)");

    public static final Setting<Compression> ARCHIVE_COMPRESSION = Setting.choice("archive_compression",
            Compression.class, Compression.ZSTD, AT_RELOAD,
            "How segments and backups are compressed (Seawall's own)");

    public static final Setting<Integer> ARCHIVE_COMPRESSION_LEVEL = Setting.whole("archive_compression_level",
            1, 19, 1, AT_RELOAD,
            "Level of compression: zstd 1 to 19, gzip 1 to 9 (Seawall's own)");

    public static final Setting<Duration> ARCHIVE_TIMEOUT = Setting.time("archive_timeout",
            Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(Integer.MAX_VALUE / 2), Duration.ZERO, AT_RELOAD,
            "Begin a new segment when this one is older, if anything was logged; 0: never");

    static final List<Setting<?>> ALL = List.of(
            ARCHIVE_MODE, ARCHIVE_REPOSITORY, ARCHIVE_COMPRESSION, ARCHIVE_COMPRESSION_LEVEL, ARCHIVE_TIMEOUT);

    private ArchiveSettings() {}
}
