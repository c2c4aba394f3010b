package dev.seawall.walwriter.session;

import dev.seawall.settings.SynchronousCommit;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.SyncCommits;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;

/// A session's wait for synchronous standbys: what it committed stands, however the wait ends.
final class StandbyWait {

    private static final String DETAIL =
            "The transaction has already committed locally, but might not have been replicated to the standby.";

    private final Session session;

    StandbyWait(Session session) {
        this.session = session;
    }

    /// Returns when enough standbys have it, or the client has cancelled the wait.
    ///
    /// @throws UncheckedIOException if the session ends: without an error, which would tell that nothing was
    ///                              committed
    void await(Lsn commit, SynchronousCommit how) {
        SyncCommits.Level level = SyncLevels.of(how);
        SyncCommits waiting = session.cluster().senders().waiting();
        if (level == null || !waiting.isWanted()) {
            return;
        }
        Interrupts interrupts = session.interrupts();
        // The statement is done: its timeout must not cancel what another has to do.
        interrupts.deadline(null);
        session.activityOfThread().waiting("IPC", "SyncRep");
        Thread thread = Thread.currentThread();
        session.onTerminate(() -> session.cluster().world().unpark(thread));
        SyncCommits.Outcome outcome;
        try {
            outcome = waiting.await(commit, level, interrupts::isStopping);
        } finally {
            session.onTerminate(() -> { });
        }
        if (outcome == SyncCommits.Outcome.REACHED) {
            return;
        }
        if (outcome == SyncCommits.Outcome.STOPPED && !interrupts.isEnding()) {
            interrupts.forgetCancel();
            warn(SqlState.WARNING, "canceling wait for synchronous replication due to user request");
            return;
        }
        warn(SqlState.ADMIN_SHUTDOWN,
                "canceling the wait for synchronous replication and terminating connection");
        throw new UncheckedIOException(new ClosedChannelException());
    }

    private void warn(SqlState state, String problem) {
        try {
            Replies.notice(session.out(), "WARNING", SqlException.error(state, problem).withDetail(DETAIL));
            session.out().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
