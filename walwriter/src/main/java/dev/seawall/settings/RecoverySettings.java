package dev.seawall.settings;

import static dev.seawall.settings.Setting.KB;
import static dev.seawall.settings.Setting.MB;
import static dev.seawall.settings.Setting.GB;
import static dev.seawall.settings.Setting.TakesEffect.AT_RELOAD;
import static dev.seawall.settings.Setting.TakesEffect.AT_START;

import java.util.List;

/// Redo: how much it holds, and where recovery to a point in time stops.
public final class RecoverySettings {

    /// What happens when the target is reached.
    public enum TargetAction { PAUSE, PROMOTE, SHUTDOWN }

    public static final Setting<String> RECOVERY_TARGET = Setting.text("recovery_target",
            "", AT_START,
            "'immediate': stop as soon as the restored backup is consistent");

    public static final Setting<String> RECOVERY_TARGET_NAME = Setting.text("recovery_target_name",
            "", AT_START,
            "Stop at the restore point of this name");

    public static final Setting<String> RECOVERY_TARGET_LSN = Setting.text("recovery_target_lsn",
            "", AT_START,
            "Stop at this position in the log, such as 16/B374D848");

    public static final Setting<String> RECOVERY_TARGET_XID = Setting.text("recovery_target_xid",
            "", AT_START,
            "Stop at the end of this transaction");

    public static final Setting<String> RECOVERY_TARGET_TIME = Setting.text("recovery_target_time",
            "", AT_START,
            "Stop at the last transaction that ended at this time, such as 2026-11-22 14:00:00+00");

    public static final Setting<Boolean> RECOVERY_TARGET_INCLUSIVE = Setting.onOff("recovery_target_inclusive",
            true, AT_START,
            "Whether what is at the target itself (an LSN, a transaction, a time) is still redone");

    public static final Setting<String> RECOVERY_TARGET_TIMELINE = Setting.text("recovery_target_timeline",
            "latest", AT_START,
            "Timeline to follow: latest, current, or a number");

    public static final Setting<TargetAction> RECOVERY_TARGET_ACTION = Setting.choice("recovery_target_action",
            TargetAction.class, TargetAction.PAUSE, AT_START,
            "What to do at the target: pause, promote, shutdown");

    public static final Setting<Integer> MAX_CONNECTIONS = Setting.whole("max_connections",
            1, 262_143, 100, AT_START,
            "Transactions open at once; a real PostgreSQL that follows the log wants to know it");

    public static final Setting<Long> LOGICAL_DECODING_WORK_MEM = Setting.memory("logical_decoding_work_mem",
            KB, 64 * KB, 2 * GB, 64 * MB, AT_RELOAD,
            "Memory for messages of transactions that have not ended; what is beyond it goes to disk");

    public static final Setting<String> ACCEPT_LOG_LOSS_AT = Setting.text("accept_log_loss_at",
            "", AT_START,
            "Give up for good what stood in a damaged log from this very LSN on, as a refused start named it");

    static final List<Setting<?>> ALL = List.of(
            RECOVERY_TARGET, RECOVERY_TARGET_NAME, RECOVERY_TARGET_LSN, RECOVERY_TARGET_XID, RECOVERY_TARGET_TIME,
            RECOVERY_TARGET_INCLUSIVE, RECOVERY_TARGET_TIMELINE, RECOVERY_TARGET_ACTION, MAX_CONNECTIONS,
            LOGICAL_DECODING_WORK_MEM, ACCEPT_LOG_LOSS_AT);

    private RecoverySettings() {}
}
