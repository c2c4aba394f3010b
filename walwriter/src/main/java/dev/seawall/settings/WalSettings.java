package dev.seawall.settings;

import static dev.seawall.settings.Setting.GB;
import static dev.seawall.settings.Setting.KB;
import static dev.seawall.settings.Setting.MB;
import static dev.seawall.settings.Setting.TB;
import static dev.seawall.settings.Setting.TakesEffect.AT_INIT;
import static dev.seawall.settings.Setting.TakesEffect.AT_RELOAD;
import static dev.seawall.settings.Setting.TakesEffect.AT_START;

import dev.seawall.walwriter.segments.SyncMethod;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// The log: its segments, buffers, and how it is made durable.
public final class WalSettings {

    public static final Setting<Long> WAL_SEGMENT_SIZE = Setting.memory("wal_segment_size",
            MB, MB, GB, 16 * MB, AT_INIT,
            "Size of a segment file; a power of two");

    public static final Setting<SyncMethod> WAL_SYNC_METHOD = Setting.choice("wal_sync_method",
            SyncMethod.class, SyncMethod.OPEN_DATASYNC, AT_START,
            "What makes the log durable: fdatasync, fsync, or O_DSYNC or O_SYNC of each write; a standby's: fdatasync");

    public static final Setting<Boolean> WAL_DIRECT_IO = Setting.onOff("wal_direct_io",
            true, AT_START,
            "Write the log past the page cache, by O_DIRECT where there is one; a standby's goes through it");

    public static final Setting<Long> WAL_BUFFERS = Setting.memory("wal_buffers",
            8 * KB, 64 * KB, GB, 16 * MB, AT_START,
            "Memory for log that is not yet written, a power of two; a record may be larger");

    public static final Setting<Duration> COMMIT_DELAY = Setting.time("commit_delay",
            ChronoUnit.MICROS.getDuration(), Duration.ZERO, Duration.ofMillis(100), Duration.ZERO, AT_RELOAD,
            "How long a flush waits for more commits to share it; 0: not at all, they gather while one is under way");

    public static final Setting<Integer> COMMIT_SIBLINGS = Setting.whole("commit_siblings",
            0, 1000, 5, AT_RELOAD,
            "So many other transactions must be open for commit_delay to be waited");

    public static final Setting<Boolean> WAL_INIT_ZERO = Setting.onOff("wal_init_zero",
            true, AT_START,
            "Write zeros to a new segment before it is needed; off: reserve the space only");

    public static final Setting<Boolean> WAL_RECYCLE = Setting.onOff("wal_recycle",
            true, AT_RELOAD,
            "Rename segments that are no longer needed instead of creating new ones");

    public static final Setting<Long> MIN_WAL_SIZE = Setting.memory("min_wal_size",
            MB, 2 * MB, TB, 80 * MB, AT_RELOAD,
            "Below this size of pg_wal, segments are recycled, not removed");

    public static final Setting<Long> WAL_KEEP_SIZE = Setting.memory("wal_keep_size",
            MB, 0, TB, 0, AT_RELOAD,
            "Log kept behind the current position although nobody needs it");

    public static final Setting<Long> MAX_SLOT_WAL_KEEP_SIZE = Setting.memory("max_slot_wal_keep_size",
            MB, SettingType.Memory.NONE, (long) Integer.MAX_VALUE * MB, SettingType.Memory.NONE, AT_RELOAD,
            "Log kept for replication slots: one that is further behind is invalidated; -1: without limit");

    public static final Setting<Long> MAX_REDO_LAG = Setting.memory("max_redo_lag",
            MB, 16 * MB, TB, GB, AT_RELOAD,
            "When redo is further behind, appends slow down (Seawall's own)");

    static final List<Setting<?>> ALL = List.of(
            WAL_SEGMENT_SIZE, WAL_SYNC_METHOD, WAL_DIRECT_IO, WAL_BUFFERS, COMMIT_DELAY, COMMIT_SIBLINGS,
            WAL_INIT_ZERO, WAL_RECYCLE, MIN_WAL_SIZE, WAL_KEEP_SIZE, MAX_SLOT_WAL_KEEP_SIZE, MAX_REDO_LAG);

    private WalSettings() {}
}
