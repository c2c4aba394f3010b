package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import org.jspecify.annotations.Nullable;

/// What a replication connection may ask for, besides SQL.
sealed interface ReplicationCommand {

    record IdentifySystem() implements ReplicationCommand {}

    record ReadSlot(String slot) implements ReplicationCommand {}

    /// @param isReserving whether log is kept from now on
    record CreateSlot(String slot, boolean isTemporary, boolean isReserving) implements ReplicationCommand {}

    /// @param isWaiting for whoever uses it
    record DropSlot(String slot, boolean isWaiting) implements ReplicationCommand {}

    record ShowHistory(TimelineId timeline) implements ReplicationCommand {}

    /// @param timeline null: the current one
    record Start(@Nullable String slot, Lsn from, @Nullable TimelineId timeline) implements ReplicationCommand {}
}
