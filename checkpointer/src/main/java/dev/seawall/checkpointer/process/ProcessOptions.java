package dev.seawall.checkpointer.process;

import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.redo.HeldLimits;
import java.time.Duration;
import java.util.function.Supplier;

/// How a checkpointer process works.
///
/// @param windowBytes of the log's stream that are received ahead of redo: a multiple of 8192
/// @param applyDelay  `recovery_min_apply_delay`, which a standby keeps
public record ProcessOptions(CheckpointOptions checkpoints, PageStoreOptions pages, HeldLimits held, int windowBytes,
        Supplier<Duration> applyDelay) {

    /// Enough that redo need not wait for the network's round trips.
    public static final int USUAL_WINDOW_BYTES = 4 << 20;
}
