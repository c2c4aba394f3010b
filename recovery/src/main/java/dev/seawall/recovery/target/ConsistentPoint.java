package dev.seawall.recovery.target;

import dev.seawall.wal.Lsn;
import java.time.Instant;

/// From where on a restored or crashed cluster is one state and not a mixture.
///
/// @param lsn         the log up to here must be replayed: a backup's end; [Lsn#INVALID] when the
///                    state is whole as it is
/// @param startedTime when the state was taken: it may have commits up to then that redo never
///                    sees, so no earlier time can be recovered to. [Instant#EPOCH] if unknown
public record ConsistentPoint(Lsn lsn, Instant startedTime) {

    /// A state that is whole as it is and says nothing of its time.
    public static final ConsistentPoint ANYWHERE = new ConsistentPoint(Lsn.INVALID, Instant.EPOCH);
}
