package dev.seawall.settings;

import static dev.seawall.settings.Setting.TakesEffect.AT_RELOAD;
import static dev.seawall.settings.Setting.TakesEffect.AT_START;

import java.time.Duration;
import java.util.List;

/// A cluster with a `standby.signal`: where its log comes from, and how soon it is shown.
public final class StandbySettings {

    private static final Duration MILLIS = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    public static final Setting<String> PRIMARY_CONNINFO = Setting.text("primary_conninfo",
            "", AT_RELOAD,
            "Connection string of the server that a standby follows");

    public static final Setting<String> PRIMARY_SLOT_NAME = Setting.text("primary_slot_name",
            "", AT_RELOAD,
            "Replication slot on that server, which keeps the log that the standby needs");

    public static final Setting<String> RESTORE_REPOSITORY = Setting.text("restore_repository",
            "", AT_START,
            "Directory of the repository that a standby gets log from when the server has it no more (Seawall's own)");

    public static final Setting<Duration> WAL_RECEIVER_TIMEOUT = Setting.time("wal_receiver_timeout",
            MILLIS, Duration.ZERO, LONGEST, Duration.ofSeconds(60), AT_RELOAD,
            "A server that is silent for longer is given up; 0: never");

    public static final Setting<Duration> WAL_RECEIVER_STATUS_INTERVAL = Setting.time("wal_receiver_status_interval",
            Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(Integer.MAX_VALUE / 1000),
            Duration.ofSeconds(10), AT_RELOAD,
            "The server is told at least so often how far this standby is; 0: only when that changes");

    public static final Setting<Duration> WAL_RETRIEVE_RETRY_INTERVAL = Setting.time("wal_retrieve_retry_interval",
            MILLIS, MILLIS, LONGEST, Duration.ofSeconds(5), AT_RELOAD,
            "How long a standby waits when neither server nor archive has more");

    public static final Setting<Duration> RECOVERY_MIN_APPLY_DELAY = Setting.time("recovery_min_apply_delay",
            MILLIS, Duration.ZERO, LONGEST, Duration.ZERO, AT_RELOAD,
            "A standby redoes a commit only when it is so old");

    static final List<Setting<?>> ALL = List.of(
            PRIMARY_CONNINFO, PRIMARY_SLOT_NAME, RESTORE_REPOSITORY, WAL_RECEIVER_TIMEOUT,
            WAL_RECEIVER_STATUS_INTERVAL, WAL_RETRIEVE_RETRY_INTERVAL, RECOVERY_MIN_APPLY_DELAY);

    private StandbySettings() {}
}
