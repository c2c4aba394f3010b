package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Commits that are durable here, and wait until enough standbys have them too. Thread-safe.
public interface SyncCommits {

    /// What a standby must have done with a commit.
    enum Level {
        /// Handed it to its operating system.
        WRITE,
        /// Made it durable.
        FLUSH,
        /// Made it visible.
        APPLY
    }

    /// How a wait ended.
    enum Outcome {
        /// Enough standbys have it, or none are asked for any more.
        REACHED,
        /// Whoever waited stopped waiting.
        STOPPED,
        /// The server ends.
        ENDED
    }

    /// Who waits for whom.
    ///
    /// @param names       `synchronous_standby_names`
    /// @param waiting     how many commits wait
    /// @param since       when the one began that has waited longest; null if none waits
    /// @param upTo        the lowest position that is waited for; [Lsn#INVALID] if none is
    /// @param synchronous the application names of those that count now
    /// @param missing     how many more there must be
    /// @param absent      who is named and does not count, as far as somebody is missing
    record Status(String names, int waiting, @Nullable Instant since, Lsn upTo, List<String> synchronous, int missing,
            List<String> absent) {}

    /// There are no standbys to wait for.
    SyncCommits NONE = new SyncCommits() {
        @Override
        public boolean isWanted() {
            return false;
        }

        @Override
        public Outcome await(Lsn commit, Level level, BooleanSupplier isStopped) {
            return Outcome.REACHED;
        }

        @Override
        public Status status() {
            return new Status("", 0, null, Lsn.INVALID, List.of(), 0, List.of());
        }
    };

    /// Whether anybody is waited for.
    boolean isWanted();

    /// Waits, uninterruptibly, until enough standbys have the log before `commit`.
    ///
    /// @param isStopped whether to wait no longer; who makes it so unparks this thread
    Outcome await(Lsn commit, Level level, BooleanSupplier isStopped);

    Status status();
}
