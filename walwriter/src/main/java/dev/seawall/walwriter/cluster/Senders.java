package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who streams the log now, and who waits for them.
public interface Senders {

    /// pg_stat_replication's row, as far as it is not the session's.
    ///
    /// @param state    `startup`, `catchup` or `streaming`
    /// @param writeLag how long what is durable here took to be written there; null if not known
    /// @param syncPriority place in `synchronous_standby_names`, 0 if it counts for nobody
    /// @param syncState    `async`, `potential`, `sync` or `quorum`
    record Sender(int pid, String state, Lsn sent, Lsn write, Lsn flush, Lsn replay,
            @Nullable Duration writeLag, @Nullable Duration flushLag, @Nullable Duration replayLag,
            @Nullable Instant replyTime, int syncPriority, String syncState) {}

    List<Sender> list();

    /// The commits that wait for them.
    default SyncCommits waiting() {
        return SyncCommits.NONE;
    }
}
