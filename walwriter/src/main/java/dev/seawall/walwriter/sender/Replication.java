package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.cluster.Senders;
import dev.seawall.walwriter.cluster.Slots.Kind;
import dev.seawall.walwriter.cluster.SyncCommits;
import dev.seawall.walwriter.session.ReplicationCommands;
import dev.seawall.walwriter.session.ReplicationConnection;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.subscription.SlotDecoder;
import dev.seawall.walwriter.subscription.Subscriptions;
import dev.seawall.walwriter.syncrep.Standby;
import dev.seawall.walwriter.syncrep.SyncRep;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Replication commands on an open log, and who streams from it now.
///
/// A stream costs the log's flusher a look at a flag, and a wake-up when it waits. Thread-safe; each
/// connection's commands run in its session's thread.
public final class Replication implements ReplicationCommands, Senders, AutoCloseable {

    /// A reply has less than 64 bytes; more is nobody's.
    private static final int REPLY_BYTES_MAX = 8 << 10;
    /// For a client to take the word that its slot was lost.
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final DurableLog log;
    private final ReplicationSlots slots;
    private final Subscriptions subscriptions;
    private final Disk disk;
    private final World world;
    private final Path pgWal;
    private final int maxSenders;
    private final Supplier<Duration> timeout;
    private final Executor threads;
    private final SystemAnswers answers;
    private final SyncRep syncRep;
    private final World.Running watch;
    /// One processor is never occupied by reading old log.
    private final Semaphore readers = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));

    private final ReentrantLock lock = new ReentrantLock();
    /// Who streams; replaced under the lock, never changed.
    private volatile StreamPeer[] peers = {};
    /// The log's end, once it takes no more. Written under the lock.
    private volatile @Nullable Lsn drainTo;
    private volatile @Nullable Thread drainer;

    /// @param cluster    the cluster's directory
    /// @param maxSenders `max_wal_senders`
    /// @param timeout    `wal_sender_timeout`, which may change; zero: none
    /// @param threads    runs each task in a thread of its own
    public Replication(DurableLog log, ReplicationSlots slots, Subscriptions subscriptions, Disk disk, World world,
            Path cluster, int maxSenders, Supplier<Duration> timeout, Executor threads) {
        this.log = log;
        this.slots = slots;
        this.subscriptions = subscriptions;
        this.disk = disk;
        this.world = world;
        this.pgWal = ClusterLayout.wal(cluster);
        this.maxSenders = maxSenders;
        this.timeout = timeout;
        this.threads = threads;
        this.answers = new SystemAnswers(log, slots, disk, world, pgWal);
        this.syncRep = new SyncRep(world, threads,
                () -> !(log instanceof ClusterLog following && following.isInRecovery()), this::standbys);
        this.watch = world.start(new SenderWatch(world, () -> peers.length > 0 || slots.isUnsaved(), this::look,
                log::fail));
        log.onFlush(this::wakeAll);
        log.onFailure(this::wakeAll);
        // No standby comes back to a log that has failed.
        log.onFailure(syncRep::close);
    }

    /// Commits that wait for those who stream.
    public SyncRep syncRep() {
        return syncRep;
    }

    @Override
    public SyncCommits waiting() {
        return syncRep;
    }

    private List<Standby> standbys() {
        return Arrays.stream(peers).filter(StreamPeer::isStandby).map(StreamPeer::standby).toList();
    }

    private void wakeAll() {
        for (StreamPeer peer : peers) {
            peer.wake();
        }
    }

    private void look() {
        Duration limit = timeout.get();
        for (StreamPeer peer : peers) {
            peer.cutOffIfSilent(limit);
            peer.cutOffIfLost(LAST_WORD);
        }
        slots.save();
    }

    @Override
    public boolean execute(String command, ReplicationConnection connection) throws IOException {
        Optional<ReplicationCommand> parsed = ReplicationParser.parse(command);
        if (parsed.isEmpty()) {
            return false;
        }
        MessageOutput out = connection.out();
        switch (parsed.get()) {
            case ReplicationCommand.IdentifySystem() -> answers.identify(connection);
            case ReplicationCommand.ReadSlot(String slot) -> answers.readSlot(slot, out);
            case ReplicationCommand.CreateSlot create -> answers.createSlot(create, connection);
            case ReplicationCommand.CreateLogicalSlot create -> {
                requireDatabase(connection);
                answers.createLogicalSlot(create, subscriptions, connection);
            }
            case ReplicationCommand.DropSlot drop -> answers.dropSlot(drop, connection);
            case ReplicationCommand.ShowHistory(TimelineId timeline) -> answers.history(timeline, out);
            case ReplicationCommand.Start start -> start(start, connection);
            case ReplicationCommand.StartLogical start -> startLogical(start, connection);
        }
        return true;
    }

    private void start(ReplicationCommand.Start start, ReplicationConnection connection) throws IOException {
        WalStream stream = WalStream.of(start, log);
        String slot = start.slot();
        if (ReplicationSlots.CHECKPOINTER.equals(slot) && !connection.isSuperuser()) {
            throw SqlException.error(SqlState.INSUFFICIENT_PRIVILEGE,
                    "must be superuser to use replication slot \"" + slot + "\"");
        }
        CompletableFuture<Void> slotLost = new CompletableFuture<>();
        if (slot != null) {
            acquirePhysical(slot, connection, slotLost);
        }
        try (WalPieces pieces = new WalPieces(disk, pgWal, log, stream.timeline(), readers)) {
            if (stream.from().isBefore(Lsn.min(log.flushLsn(), stream.end()))) {
                pieces.checkThere(stream.from());
            }
            stream(stream, pieces, slot, slotLost, connection);
        } finally {
            if (slot != null) {
                slots.release(slot, connection.pid());
            }
        }
        MessageOutput out = connection.out();
        Replies.complete(out, "START_STREAMING");
        Replies.complete(out, "START_REPLICATION");
    }

    private void acquirePhysical(String slot, ReplicationConnection connection, CompletableFuture<Void> slotLost) {
        if (slots.acquire(slot, connection.pid(), () -> slotLost.complete(null)).kind() == Kind.LOGICAL) {
            slots.release(slot, connection.pid());
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "cannot use a logical replication slot for physical replication");
        }
    }

    private void stream(WalStream stream, WalPieces pieces, @Nullable String slot, CompletableFuture<Void> slotLost,
            ReplicationConnection connection) throws IOException {
        TimelineId next = stream.next();
        if (next == null || stream.from().isBefore(stream.end())) {
            Consumer<Lsn> onFlushed = slot == null ? _ -> { } : flushed -> slots.moved(slot, flushed);
            StreamPeer peer = new StreamPeer(connection, log, world, stream.from(), timeout,
                    ReplicationSlots.CHECKPOINTER.equals(slot), onFlushed, syncRep::update);
            WalSender sender = new WalSender(peer, log, world, stream, pieces);
            if (!stream(peer, slotLost, connection, sender::run)) {
                return;
            }
            // It may have been left meanwhile.
            stream = sender.stream();
            next = stream.next();
        }
        if (next != null) {
            answers.nextTimeline(next, stream.end(), connection.out());
        }
    }

    private void startLogical(ReplicationCommand.StartLogical start, ReplicationConnection connection)
            throws IOException {
        requireDatabase(connection);
        CompletableFuture<Void> slotLost = new CompletableFuture<>();
        CompletableFuture<SlotDecoder> opened = new CompletableFuture<>();
        StreamPeer peer = new StreamPeer(connection, log, world, start.from(), timeout, false,
                flushed -> opened.join().confirm(flushed), syncRep::update);
        LogicalSender sender = new LogicalSender(peer, log, world);
        try (SlotDecoder decoder = subscriptions.stream(start.slot(), connection.pid(), () -> slotLost.complete(null),
                start.from(), start.options(), sender::write)) {
            opened.complete(decoder);
            stream(peer, slotLost, connection, () -> {
                sender.run(decoder);
                return true;
            });
        }
        MessageOutput out = connection.out();
        Replies.complete(out, "COPY 0");
        Replies.complete(out, "START_REPLICATION");
    }

    private static void requireDatabase(ReplicationConnection connection) {
        if (!connection.isOfDatabase()) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "logical decoding requires a database connection"
                            + "\nHINT: Log in with replication=database and the name of a database.");
        }
    }

    private interface Sending {
        boolean run() throws IOException;
    }

    /// Runs a sender while others see its client.
    private boolean stream(StreamPeer peer, CompletableFuture<Void> slotLost, ReplicationConnection connection,
            Sending sender) throws IOException {
        register(peer);
        try {
            connection.in().maxBytes(REPLY_BYTES_MAX);
            connection.onTerminate(peer::wakeNow);
            var _ = slotLost.thenRun(peer::slotLost);
            threads.execute(peer.replies());
            return sender.run();
        } catch (SqlException e) {
            // The connection's input has a reader that cannot be called back: it ends with the connection.
            throw e.isFatal() ? e : SqlException.fatal(e.state(), e.problem());
        } catch (RuntimeException e) {
            throw SqlException.fatal(SqlState.INTERNAL_ERROR, "streaming failed: " + e);
        } finally {
            unregister(peer);
        }
    }

    private void register(StreamPeer peer) {
        lock.lock();
        try {
            if (drainTo != null) {
                throw SqlException.error(SqlState.CANNOT_CONNECT_NOW, "the log is being shut down");
            }
            List<StreamPeer> more = new ArrayList<>(Arrays.asList(peers));
            if (!peer.isCheckpointer() && more.stream().filter(one -> !one.isCheckpointer()).count() >= maxSenders) {
                throw SqlException.error(SqlState.TOO_MANY_CONNECTIONS, "number of requested standby connections"
                        + " exceeds max_wal_senders (currently " + maxSenders + ")");
            }
            more.add(peer);
            peers = more.toArray(StreamPeer[]::new);
        } finally {
            lock.unlock();
        }
    }

    private void unregister(StreamPeer peer) {
        lock.lock();
        try {
            peers = Arrays.stream(peers).filter(one -> one != peer).toArray(StreamPeer[]::new);
        } finally {
            lock.unlock();
        }
        syncRep.update();
        Thread waiting = drainer;
        if (waiting != null) {
            world.unpark(waiting);
        }
    }

    @Override
    public List<Sender> list() {
        return Arrays.stream(peers).map(peer -> peer.view(syncRep.stateOf(peer.pid()))).toList();
    }

    /// How far the checkpointer's redo is, by its stream's replies, for `Wal.redoPosition`; the largest
    /// number while none streams or it has not said.
    public long redoPosition() {
        for (StreamPeer peer : peers) {
            if (peer.isCheckpointer() && peer.applied().isValid()) {
                return peer.applied().value();
            }
        }
        return Long.MAX_VALUE;
    }

    /// Before the log closes: streams everything up to its end, waits until it was received, and ends the
    /// streams. Nothing is streamed anew from then on.
    ///
    /// @param end     of the log, which takes no more
    /// @param patience how long to wait; who is not done then is cut off
    /// @return whether all have it
    public boolean drain(Lsn end, Duration patience) {
        lock.lock();
        try {
            drainTo = end;
        } finally {
            lock.unlock();
        }
        for (StreamPeer peer : peers) {
            peer.drain(end);
        }
        drainer = Thread.currentThread();
        boolean isDone = world.park(() -> peers.length == 0, patience.toNanos());
        for (StreamPeer peer : peers) {
            peer.cutOff();
        }
        return isDone;
    }

    /// The log goes on on another timeline: who streams the one that was left is told so.
    public void timelineChanged() {
        for (StreamPeer peer : peers) {
            peer.wakeNow();
        }
    }

    /// Ends what is done now and then. The streams end with their connections.
    @Override
    public void close() {
        syncRep.close();
        watch.close();
    }
}
