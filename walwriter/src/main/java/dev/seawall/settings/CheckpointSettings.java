package dev.seawall.settings;

import static dev.seawall.settings.Setting.KB;
import static dev.seawall.settings.Setting.MB;
import static dev.seawall.settings.Setting.GB;
import static dev.seawall.settings.Setting.TB;
import static dev.seawall.settings.Setting.TakesEffect.AT_RELOAD;
import static dev.seawall.settings.Setting.TakesEffect.AT_START;

import java.time.Duration;
import java.util.List;

/// Checkpoints and the pages they write.
public final class CheckpointSettings {

    public static final Setting<Duration> CHECKPOINT_TIMEOUT = Setting.time("checkpoint_timeout",
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofMinutes(5), AT_RELOAD,
            "A checkpoint begins this long after the last one began, if anything was logged");

    public static final Setting<Long> MAX_WAL_SIZE = Setting.memory("max_wal_size",
            MB, 2 * MB, TB, GB, AT_RELOAD,
            "A checkpoint begins early enough for pg_wal to stay about below this size");

    public static final Setting<Double> CHECKPOINT_COMPLETION_TARGET = Setting.real("checkpoint_completion_target",
            0.0, 1.0, 0.9, AT_RELOAD,
            "Share of the time between checkpoints over which a checkpoint spreads its writes");

    public static final Setting<Long> CHECKPOINT_FLUSH_AFTER = Setting.memory("checkpoint_flush_after",
            8 * KB, 0, 2 * MB, 256 * KB, AT_START,
            "Bytes written to data files before the kernel is told to write them back; 0: never");

    public static final Setting<Long> SHARED_BUFFERS = Setting.memory("shared_buffers",
            8 * KB, 128 * KB, TB, 64 * MB, AT_START,
            "Memory for pages of data files");

    static final List<Setting<?>> ALL = List.of(
            CHECKPOINT_TIMEOUT, MAX_WAL_SIZE, CHECKPOINT_COMPLETION_TARGET, CHECKPOINT_FLUSH_AFTER, SHARED_BUFFERS);

    private CheckpointSettings() {}
}
