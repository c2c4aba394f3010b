package dev.seawall.checkpointer;

import java.time.Duration;

/// When checkpoints happen, and how fast.
///
/// @param timeout          `checkpoint_timeout`: from one begin to the next
/// @param maxWalBytes      `max_wal_size`: what `pg_wal` should stay below
/// @param completionTarget `checkpoint_completion_target`: the share of that time to spread writes over
public record CheckpointOptions(Duration timeout, long maxWalBytes, double completionTarget) {

    public CheckpointOptions {
        if (!timeout.isPositive() || maxWalBytes <= 0 || completionTarget < 0 || completionTarget > 1) {
            throw new IllegalArgumentException("checkpoints every " + timeout + " or " + maxWalBytes
                    + " bytes of log, spread over " + completionTarget);
        }
    }

    /// Log written since a checkpoint began that makes the next one begin: so that, when that one is
    /// done after its share of the time, the log since the first one's begin is `max_wal_size`.
    long triggerBytes() {
        return Math.max(1, (long) (maxWalBytes / (1 + completionTarget)));
    }
}
