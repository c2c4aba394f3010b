package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import java.util.concurrent.CompletableFuture;

/// Whom a commit waits for, after it is durable here, before it is acknowledged: standbys.
public interface CommitWait {

    /// Nobody.
    CommitWait NONE = new CommitWait() {
        @Override
        public boolean isWanted() {
            return false;
        }

        @Override
        public void await(Lsn commit) {}

        @Override
        public CompletableFuture<Lsn> future(Lsn commit) {
            return CompletableFuture.completedFuture(commit);
        }
    };

    /// Whether there is anybody.
    boolean isWanted();

    /// Waits, uninterruptibly.
    ///
    /// @throws NotReplicatedException if the server ends before they have it
    void await(Lsn commit);

    /// Completes with `commit` when they have it, or with [NotReplicatedException].
    CompletableFuture<Lsn> future(Lsn commit);
}
