package dev.seawall.walwriter.link;

import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import org.jspecify.annotations.Nullable;

/// The place that one process of a kind has at the walwriter. Thread-safe.
final class Seat {

    private final String whom;
    // Guarded by this.
    private @Nullable Link holder;

    Seat(String whom) {
        this.whom = whom;
    }

    String whom() {
        return whom;
    }

    /// @throws SqlException if somebody who is not known to be dead has it
    synchronized void take(Link link) {
        Link before = holder;
        if (before != null && !before.isEnded()) {
            if (!before.isSilent()) {
                throw SqlException.error(SqlState.OBJECT_IN_USE, "another " + whom + " is connected"
                        + "\nHINT: Each cluster has one; it is refused until the other one is gone.");
            }
            before.close();
        }
        holder = link;
    }

    synchronized void free(Link link) {
        if (holder == link) {
            holder = null;
        }
    }

    /// Ends the link of who has it, if anybody.
    synchronized void end() {
        Link link = holder;
        if (link != null) {
            link.close();
        }
    }

    synchronized Link taken() {
        Link link = holder;
        if (link == null) {
            throw new IllegalStateException("no " + whom + " is connected");
        }
        return link;
    }
}
