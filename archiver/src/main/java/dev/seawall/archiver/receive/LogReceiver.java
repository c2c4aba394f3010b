package dev.seawall.archiver.receive;

import dev.seawall.archiver.ArchiveConflictException;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Receives a server's log into a [Spool], over however many connections, and follows it from timeline to
/// timeline.
///
/// It goes on behind what the spool holds, else behind what the archive holds, else where the server keeps log
/// for us, else with the segment that the server is in. A step is one connection made, or one message received.
/// What is no fault of the connection ends the role: a full disk is none, it is tried again.
public final class LogReceiver implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(LogReceiver.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration SLOWEST_RETRY = Duration.ofSeconds(30);
    private static final Duration NAP = Duration.ofSeconds(1);

    /// How to receive.
    ///
    /// @param until         ends when all before it is durable; [Lsn#MAX] for never
    /// @param isSynchronous whether each piece is synced and reported at once, for a server that waits for it
    /// @param isLooping     whether a lost connection is made anew
    public record Options(Lsn until, boolean isSynchronous, boolean isLooping) {}

    private final Upstream.Connector connector;
    private final Spool spool;
    private final WalArchive archive;
    private final PageLayout layout;
    private final Options options;
    private final World world;
    private final Runnable onSegment;
    /// Of the spool and the positions: who reports by the clock takes it too.
    private final ReentrantLock spooling = new ReentrantLock();

    // The receiver's own thread.
    private @Nullable ResumePoint next;
    private int failuresInRow;

    private volatile @Nullable Upstream upstream;
    private volatile Upstream.@Nullable LogStream stream;
    private volatile ReceiveProgress progress = ReceiveProgress.NONE;
    private volatile long notBefore;
    private volatile boolean isFinished;
    private volatile boolean isClosed;
    private volatile @Nullable Throwable failure;

    /// @param archive   what the spool's segments go into, asked where it ends; the server must be its cluster
    /// @param onSegment called when there is something to archive
    public LogReceiver(Upstream.Connector connector, Spool spool, WalArchive archive, PageLayout layout,
            Options options, World world, Runnable onSegment) {
        this.connector = connector;
        this.spool = spool;
        this.archive = archive;
        this.layout = layout;
        this.options = options;
        this.world = world;
        this.onSegment = onSegment;
        this.notBefore = world.nanoTime();
    }

    @Override
    public String name() {
        return "log-receiver";
    }

    @Override
    public boolean hasWork() {
        return !isClosed && !isFinished && (stream != null || world.nanoTime() - notBefore >= 0);
    }

    @Override
    public Duration nap() {
        long left = notBefore - world.nanoTime();
        return left > 0 ? Duration.ofNanos(left) : NAP;
    }

    public ReceiveProgress progress() {
        return progress;
    }

    /// Whether all before [Options#until] is durable here.
    public boolean isFinished() {
        return isFinished;
    }

    /// What ended the role, or null.
    public @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public void step() throws IOException {
        if (!hasWork()) {
            return;
        }
        Upstream.LogStream current = stream;
        if (current == null) {
            connect();
        } else {
            receive(current);
        }
    }

    // --- a connection

    private void connect() throws IOException {
        try {
            Upstream made = connector.connect();
            upstream = made;
            if (isClosed) {
                made.close();
                return;
            }
            SystemIdentity server = made.identify();
            RepositoryIdentity cluster = new RepositoryIdentity(server.systemId(), made.layout().segmentBytes());
            archive.repository().identity().require(cluster, String.valueOf(archive.repository()));
            ResumePoint from = next != null ? next : start(made, server);
            if (from.position().isAtLeast(options.until())) {
                isFinished = true;
                made.close();
                return;
            }
            ForkCheck.require(made, server, from);
            begin(made, from);
        } catch (WrongSystemException | ArchiveConflictException | ReceiveEndedException | WalCorruptException e) {
            throw e;
        } catch (IOException e) {
            lost(e);
        }
    }

    private ResumePoint start(Upstream made, SystemIdentity server) throws IOException {
        Optional<ResumePoint> here = spool.newest();
        if (here.isEmpty()) {
            here = ResumePoint.behind(archive.names(), layout);
        }
        if (here.isEmpty()) {
            here = made.reserved();
        }
        return here.orElseGet(() -> new ResumePoint(server.flushed(), server.timeline())).atSegment(layout);
    }

    private void begin(Upstream made, ResumePoint from) throws IOException {
        next = from;
        if (from.timeline().isAfter(TimelineId.FIRST)) {
            // In front of the timeline's first segment: without it nobody can tell what that continues.
            spool.keep(from.timeline(), made.history(from.timeline()));
            onSegment.run();
        }
        stream = made.stream(from.position(), from.timeline());
        Lsn flushed = Lsn.max(progress.flushed(), layout.startOf(layout.segmentOf(from.position())));
        progress = new ReceiveProgress(true, from.timeline().value(), from.position(),
                Lsn.min(flushed, from.position()), progress.serverEnd(), "");
        LOG.info("receiving timeline={} from={}", from.timeline(), from.position());
    }

    private void lost(IOException cause) throws IOException {
        disconnect();
        if (isClosed) {
            return;
        }
        progress = progress.lost(String.valueOf(cause.getMessage()));
        if (!options.isLooping()) {
            throw cause;
        }
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failuresInRow++, 5));
        pause = pause.compareTo(SLOWEST_RETRY) < 0 ? pause : SLOWEST_RETRY;
        notBefore = world.nanoTime() + pause.toNanos();
        LOG.warn("the stream was lost retry_in={}s: {}", pause.toSeconds(), cause.getMessage());
    }

    private void disconnect() {
        stream = null;
        Upstream made = upstream;
        upstream = null;
        if (made != null) {
            made.close();
        }
    }

    // --- a stream

    private void receive(Upstream.LogStream current) throws IOException {
        StreamMessage message;
        try {
            message = current.receive();
        } catch (ReceiveEndedException e) {
            throw e;
        } catch (IOException e) {
            lost(e);
            return;
        }
        failuresInRow = 0;
        spooling.lock();
        try {
            take(current, message);
        } catch (NoSpaceException e) {
            lost(e);
        } finally {
            spooling.unlock();
        }
    }

    private void take(Upstream.LogStream current, StreamMessage message) throws IOException {
        switch (message) {
            case StreamMessage.Piece piece -> take(current, piece);
            case StreamMessage.Keepalive(Lsn serverEnd, _, boolean isReplyWanted) -> {
                progress = moved(progress.received(), progress.flushed(), serverEnd);
                if (isReplyWanted) {
                    report(current);
                }
            }
            case StreamMessage.EndOfTimeline(TimelineId timeline, Lsn start) -> {
                spool.sync();
                LOG.info("timeline ended timeline={} at={} next={}", requireNext().timeline(),
                        progress.received(), timeline);
                stream = null;
                follow(new ResumePoint(start, timeline).atSegment(layout));
            }
        }
    }

    private void take(Upstream.LogStream current, StreamMessage.Piece piece) throws IOException {
        Lsn end = piece.start().plus(piece.bytes().remaining());
        TimelineId timeline = requireNext().timeline();
        boolean isCompleted = spool.write(timeline, piece.start(), piece.bytes());
        next = new ResumePoint(end, timeline);
        progress = moved(end, isCompleted ? layout.startOf(layout.segmentOf(end)) : progress.flushed(),
                piece.serverEnd());
        boolean isEnough = end.isAtLeast(options.until());
        if (isCompleted) {
            onSegment.run();
        }
        if (isEnough || options.isSynchronous() && !current.hasMore()) {
            report(current);
        } else if (isCompleted) {
            reply(current);
        }
        if (isEnough) {
            isFinished = true;
            disconnect();
        }
    }

    private ResumePoint requireNext() {
        ResumePoint known = next;
        if (known == null) {
            throw new IllegalStateException("a stream without a place");
        }
        return known;
    }

    private ReceiveProgress moved(Lsn received, Lsn flushed, Lsn serverEnd) {
        return new ReceiveProgress(true, requireNext().timeline().value(), received, flushed, serverEnd, "");
    }

    private void follow(ResumePoint from) throws IOException {
        Upstream same = upstream;
        next = from;
        if (same == null) {
            return;
        }
        try {
            begin(same, from);
        } catch (ArchiveConflictException | ReceiveEndedException e) {
            throw e;
        } catch (IOException e) {
            lost(e);
        }
    }

    /// Syncs what was received and tells the server; by the clock, any thread.
    ///
    /// @throws IOException if the spool's disk fails
    public void report() throws IOException {
        spooling.lock();
        try {
            Upstream.LogStream current = stream;
            if (current != null) {
                report(current);
            }
        } finally {
            spooling.unlock();
        }
    }

    private void report(Upstream.LogStream current) throws IOException {
        spool.sync();
        progress = moved(progress.received(), progress.received(), progress.serverEnd());
        reply(current);
    }

    private void reply(Upstream.LogStream current) {
        try {
            current.reply(progress.received(), progress.flushed());
        } catch (IOException e) {
            // Who receives finds out, and connects anew.
            LOG.debug("could not reply: {}", e.getMessage());
        }
    }

    /// Ends the connection; who receives is woken.
    public void close() {
        isClosed = true;
        Upstream made = upstream;
        if (made != null) {
            made.close();
        }
    }

    @Override
    public void failed(Throwable cause) {
        failure = cause;
        disconnect();
    }
}
