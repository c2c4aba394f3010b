package dev.seawall.settings;

import static dev.seawall.settings.Setting.KB;
import static dev.seawall.settings.Setting.MB;
import static dev.seawall.settings.Setting.GB;
import static dev.seawall.settings.Setting.TakesEffect.AT_INIT;
import static dev.seawall.settings.Setting.TakesEffect.AT_START;

import java.util.List;

/// Transactions that have not ended, and what a start may give up. Where recovery to a point stops
/// is given to walreplay, not configured.
public final class RecoverySettings {

    public static final Setting<Long> LOGICAL_DECODING_WORK_MEM = Setting.memory("logical_decoding_work_mem",
            KB, 64 * KB, 2 * GB, 64 * MB, AT_START,
            "Memory for messages of transactions that have not ended; what is beyond it goes to disk");

    public static final Setting<String> ACCEPT_LOG_LOSS_AT = Setting.text("accept_log_loss_at",
            "", AT_START,
            "Give up for good what stood in a damaged log from this very LSN on, as a refused start named it");

    static final List<Setting<?>> ALL = List.of(
            LOGICAL_DECODING_WORK_MEM, ACCEPT_LOG_LOSS_AT);

    private RecoverySettings() {}
}
