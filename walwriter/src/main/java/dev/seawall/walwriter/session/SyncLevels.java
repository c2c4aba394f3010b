package dev.seawall.walwriter.session;

import dev.seawall.settings.SynchronousCommit;
import dev.seawall.walwriter.cluster.SyncCommits.Level;
import org.jspecify.annotations.Nullable;

/// What `synchronous_commit` asks of standbys.
public final class SyncLevels {

    private SyncLevels() {}

    /// @return null: a commit waits for none
    public static @Nullable Level of(SynchronousCommit how) {
        return switch (how) {
            case OFF, LOCAL -> null;
            case REMOTE_WRITE -> Level.WRITE;
            case ON -> Level.FLUSH;
            case REMOTE_APPLY -> Level.APPLY;
        };
    }
}
