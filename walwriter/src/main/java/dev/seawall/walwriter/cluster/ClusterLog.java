package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.CommitWait;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.Retention;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalFailedException;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A cluster's log over its server's life: one that follows another's until it is promoted, and takes
/// appends from then on.
///
/// Whoever listens or claims log here goes on doing so across the promotion. Thread-safe.
public final class ClusterLog implements DurableLog {

    private final List<Runnable> flushListeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> failureListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Lsn>> checkpointListeners = new CopyOnWriteArrayList<>();
    private final List<Claim> claims = new CopyOnWriteArrayList<>();
    // Guarded by this.
    private CommitWait commitWait = CommitWait.NONE;
    private volatile DurableLog now;
    private volatile Optional<Following> following = Optional.empty();

    /// @param first a [Wal], or a log that follows another's
    public ClusterLog(DurableLog first) {
        now = first;
    }

    /// Whether it follows another's log.
    public boolean isInRecovery() {
        return !(now instanceof Wal);
    }

    /// Who brings the log, while it follows another's.
    public Optional<Following> following() {
        return following;
    }

    public void following(Following who) {
        following = Optional.of(who);
    }

    /// The log as it is now.
    public DurableLog current() {
        return now;
    }

    /// The log as one that takes appends.
    ///
    /// @throws SqlException if it is not one
    public Wal wal() {
        if (now instanceof Wal wal) {
            return wal;
        }
        throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "recovery is in progress"
                + "\nHINT: WAL control functions cannot be executed during recovery.");
    }

    /// From now on the log is this one, which goes on behind the end of what was followed. What is kept for
    /// somebody stays kept: before the first checkpoint, which gives log up.
    public synchronized void promoted(Wal wal) {
        claims.forEach(claim -> claim.moveTo(wal));
        flushListeners.forEach(wal::onFlush);
        failureListeners.forEach(wal::onFailure);
        checkpointListeners.forEach(wal::onCheckpoint);
        wal.commitWait(commitWait);
        now = wal;
        following = Optional.empty();
    }

    /// Whom commits wait for, also those after a promotion.
    public synchronized void commitWait(CommitWait wait) {
        commitWait = wait;
        if (now instanceof Wal wal) {
            wal.commitWait(wait);
        }
    }

    @Override
    public long systemId() {
        return now.systemId();
    }

    @Override
    public PageLayout layout() {
        return now.layout();
    }

    @Override
    public TimelineHistory history() {
        return now.history();
    }

    @Override
    public Lsn flushLsn() {
        return now.flushLsn();
    }

    @Override
    public Lsn nextLsn() {
        return now.nextLsn();
    }

    @Override
    public synchronized void onFlush(Runnable listener) {
        flushListeners.add(listener);
        now.onFlush(listener);
    }

    @Override
    public FlushPath flushPath() {
        return now.flushPath();
    }

    @Override
    public Lsn redoPoint() {
        return now.redoPoint();
    }

    @Override
    public Lsn checkpointed(CheckpointReport report) throws IOException {
        return now.checkpointed(report);
    }

    @Override
    public synchronized void onCheckpoint(Consumer<Lsn> listener) {
        checkpointListeners.add(listener);
        now.onCheckpoint(listener);
    }

    @Override
    public synchronized Retention retain(String name, Lsn from) {
        Claim claim = new Claim(name, from, now.retain(name, from));
        claims.add(claim);
        return claim;
    }

    @Override
    public int abortTransactionsBefore(Lsn lsn) {
        return now.abortTransactionsBefore(lsn);
    }

    @Override
    public int blocksOf(RelationId relation) {
        return now.blocksOf(relation);
    }

    @Override
    public @Nullable WalFailedException failure() {
        return now.failure();
    }

    @Override
    public void fail(Throwable cause) {
        now.fail(cause);
    }

    @Override
    public synchronized void onFailure(Runnable listener) {
        failureListeners.add(listener);
        now.onFailure(listener);
    }

    /// A claim that outlives the promotion.
    private final class Claim implements Retention {

        private final String name;
        // Guarded by this, both.
        private Lsn from;
        private Retention held;

        Claim(String name, Lsn from, Retention held) {
            this.name = name;
            this.from = from;
            this.held = held;
        }

        synchronized void moveTo(DurableLog next) {
            held = next.retain(name, from);
        }

        @Override
        public synchronized void advance(Lsn to) {
            from = Lsn.max(from, to);
            held.advance(to);
        }

        @Override
        public void close() {
            claims.remove(this);
            synchronized (this) {
                held.close();
            }
        }
    }
}
