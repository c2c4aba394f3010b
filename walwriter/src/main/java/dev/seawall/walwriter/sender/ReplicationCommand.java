package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.logical.PluginOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a replication connection may ask for, besides SQL.
sealed interface ReplicationCommand {

    record IdentifySystem() implements ReplicationCommand {}

    record ReadSlot(String slot) implements ReplicationCommand {}

    /// A physical slot.
    ///
    /// @param isReserving whether log is kept from now on
    record CreateSlot(String slot, boolean isTemporary, boolean isReserving) implements ReplicationCommand {}

    record CreateLogicalSlot(String slot, boolean isTemporary, String plugin) implements ReplicationCommand {}

    /// @param isWaiting for whoever uses it
    record DropSlot(String slot, boolean isWaiting) implements ReplicationCommand {}

    record ShowHistory(TimelineId timeline) implements ReplicationCommand {}

    /// @param timeline null: the current one
    record Start(@Nullable String slot, Lsn from, @Nullable TimelineId timeline) implements ReplicationCommand {}

    /// @param from where the client would like to begin; [Lsn#INVALID]: where it is by its slot
    record StartLogical(String slot, Lsn from, List<PluginOption> options) implements ReplicationCommand {

        public StartLogical {
            options = List.copyOf(options);
        }
    }
}
