package dev.seawall.walwriter.link;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.session.ReplicationCommands;
import dev.seawall.walwriter.session.ReplicationConnection;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `SERVE CHECKPOINTER 3` and `SERVE ARCHIVER 3`: the walwriter's ends of its two links.
///
/// The number is [LinkMessage#VERSION]. Superusers only, and one of each at a time: what they own has
/// one owner. The command lasts as long as the link; the first that is said on it is
/// [LinkMessage.Welcome].
///
/// Redo's lag slows appends down only while a checkpointer is attached: with none the log goes on as
/// fast as it can, for whoever waits for redo then waits for an operator.
public final class LinkCommands implements ReplicationCommands {

    private static final Logger LOG = LoggerFactory.getLogger(LinkCommands.class);
    private static final Pattern COMMAND = Pattern.compile(
            "\\s*SERVE\\s+(CHECKPOINTER|ARCHIVER)\\b\\s*(\\d{0,9})\\s*;?\\s*", Pattern.CASE_INSENSITIVE);

    /// Both tell what they did about once a second.
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final ClusterLog log;
    private final Disk disk;
    private final World world;
    private final String serverVersion;
    private volatile LinkOrigin origin;
    private final ConnectedCheckpointer checkpointer;
    private final ConnectedArchiver archiver = new ConnectedArchiver();
    private final Seat checkpointerSeat = new Seat("checkpointer");
    private final Seat archiverSeat = new Seat("archiver");

    /// @param origin what the log was opened with
    public LinkCommands(ClusterLog log, LinkOrigin origin, Disk disk, World world, String serverVersion) {
        this.log = log;
        this.origin = origin;
        this.disk = disk;
        this.world = world;
        this.serverVersion = serverVersion;
        this.checkpointer = new ConnectedCheckpointer(log::flushLsn, world);
        if (!log.isInRecovery()) {
            appended(log.wal());
        }
    }

    private void appended(Wal wal) {
        wal.onSegmentReady(archiver::wake);
        wal.redoPosition(this::redoPosition);
    }

    /// The log goes on on another timeline: who is connected comes back, and is told what it is now.
    ///
    /// @param now what it was opened with, if it was
    public void changed(LinkOrigin now) {
        if (!log.isInRecovery()) {
            appended(log.wal());
        }
        origin = now;
        checkpointer.sentAway();
        checkpointerSeat.end();
        archiverSeat.end();
    }

    private long redoPosition() {
        Lsn applied = checkpointer.activity().applied();
        return checkpointer.isConnected() && applied.isValid() ? applied.value() : Long.MAX_VALUE;
    }

    /// Whichever checkpointer is attached at the time of a call.
    public Checkpointing checkpointing() {
        return checkpointer;
    }

    /// What the archiver that is connected told last.
    public ArchiverActivity archiverActivity() {
        return archiver.activity();
    }

    /// Tells who is connected to read the configuration anew; a process that is gone reads it at its
    /// next start.
    public void reload() {
        try {
            checkpointer.reload();
            archiver.reload();
        } catch (IOException e) {
            // Its link ends by that.
        }
    }

    @Override
    public boolean execute(String command, ReplicationConnection connection) throws IOException {
        Matcher matcher = COMMAND.matcher(command);
        if (!matcher.matches()) {
            return false;
        }
        String who = matcher.group(1).toLowerCase(Locale.ROOT);
        if (!connection.isSuperuser()) {
            throw SqlException.error(SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser to serve as " + who);
        }
        if (!matcher.group(2).equals(String.valueOf(LinkMessage.VERSION))) {
            throw SqlException.error(SqlState.PROTOCOL_VIOLATION, "the " + who + " speaks version "
                    + (matcher.group(2).isEmpty() ? "unknown" : matcher.group(2)) + " of the link, the walwriter "
                    + LinkMessage.VERSION + "\nHINT: Run all of a cluster's processes from one release.");
        }
        if (who.equals("checkpointer")) {
            serve(connection, checkpointerSeat, new CheckpointerPeer(), checkpointer::disconnected);
        } else {
            serve(connection, archiverSeat, new ArchiverPeer(), archiver::disconnected);
        }
        return true;
    }

    private void serve(ReplicationConnection connection, Seat seat, Link.Peer peer, Consumer<Link> disconnected)
            throws IOException {
        ServerChannel channel = new ServerChannel(connection);
        Link link = new Link(channel, world, seat.whom(), SILENCE, peer);
        seat.take(link);
        try {
            channel.begin();
            connection.onTerminate(link::close);
            link.tell(welcome());
            if (seat == archiverSeat) {
                archiver.connected(link);
            }
            LOG.info("{} connected pid={}", seat.whom(), connection.pid());
            link.serve();
        } finally {
            // Those who wait are told before anybody else may be asked.
            disconnected.accept(link);
            link.close();
            seat.free(link);
            LOG.info("{} gone pid={}", seat.whom(), connection.pid());
        }
        if (channel.isEndedByClient()) {
            channel.complete();
        }
    }

    private LinkMessage.Welcome welcome() throws IOException {
        LinkOrigin now = origin;
        Lsn end = now.unattached().end();
        return new LinkMessage.Welcome(serverVersion, log.systemId(), log.history(), log.layout().segmentBytes(),
                begin(now), end.equals(Lsn.MAX) ? log.nextLsn() : end, now.nextXid(),
                log.isInRecovery());
    }

    /// Start of the oldest segment that is there.
    private Lsn begin(LinkOrigin now) throws IOException {
        return new SegmentDirectory(disk, now.walDirectory(), log.layout(), log.history().timeline(),
                log.systemId()).list().stream()
                .map(segment -> log.layout().startOf(segment.number()))
                .min(Lsn::compareTo).orElse(log.flushLsn());
    }

    private static CompletableFuture<LinkMessage.Answer> failed(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    private static CompletableFuture<LinkMessage.Answer> unexpected(LinkMessage.Request request, String whom) {
        return failed(new IllegalArgumentException("the walwriter does not do this for the " + whom + ": " + request));
    }

    /// What a checkpointer asks and tells. The session's thread does it: nothing here waits for the
    /// checkpointer.
    private final class CheckpointerPeer implements Link.Peer {

        @Override
        public CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
            try {
                return switch (request) {
                    case LinkMessage.Attach() -> {
                        origin.unattached().attached();
                        checkpointer.connected(checkpointerSeat.taken());
                        yield CompletableFuture.completedFuture(new LinkMessage.Done());
                    }
                    case LinkMessage.Report(var report) -> {
                        log.checkpointed(report);
                        yield CompletableFuture.completedFuture(new LinkMessage.Done());
                    }
                    case LinkMessage.AbortTransactionsBefore(Lsn lsn) -> CompletableFuture.completedFuture(
                            new LinkMessage.Count(log.abortTransactionsBefore(lsn)));
                    case LinkMessage.Checkpoint _, LinkMessage.ReadPage _, LinkMessage.HoldFiles _,
                            LinkMessage.ReleaseFiles _, LinkMessage.ListFiles _, LinkMessage.CopyFile _,
                            LinkMessage.HoldEngineFiles _, LinkMessage.ReleaseEngineFiles _, LinkMessage.ShutDown _,
                            LinkMessage.SwitchSegment _, LinkMessage.LastImportant _ ->
                            unexpected(request, "checkpointer");
                };
            } catch (IOException | RuntimeException e) {
                return failed(e);
            }
        }

        @Override
        public void told(LinkMessage.Notice notice) {
            if (notice instanceof LinkMessage.CheckpointerTold(CheckpointerActivity activity)) {
                checkpointer.told(activity);
            }
        }
    }

    /// On a standby nobody's: its segments end where those of its primary do.
    private Lsn lastImportant() {
        return log.isInRecovery() ? Lsn.INVALID : log.wal().lastImportantLsn();
    }

    /// What an archiver asks and tells.
    private final class ArchiverPeer implements Link.Peer {

        @Override
        public CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
            try {
                return switch (request) {
                    case LinkMessage.SwitchSegment() -> CompletableFuture.completedFuture(
                            new LinkMessage.Position(log.wal().switchSegment()));
                    case LinkMessage.LastImportant() -> CompletableFuture.completedFuture(
                            new LinkMessage.Position(lastImportant()));
                    case LinkMessage.Attach _, LinkMessage.Report _, LinkMessage.AbortTransactionsBefore _,
                            LinkMessage.Checkpoint _, LinkMessage.ReadPage _, LinkMessage.HoldFiles _,
                            LinkMessage.ReleaseFiles _, LinkMessage.ListFiles _, LinkMessage.CopyFile _,
                            LinkMessage.HoldEngineFiles _, LinkMessage.ReleaseEngineFiles _, LinkMessage.ShutDown _ ->
                            unexpected(request, "archiver");
                };
            } catch (RuntimeException e) {
                return failed(e);
            }
        }

        @Override
        public void told(LinkMessage.Notice notice) {
            if (notice instanceof LinkMessage.ArchiverTold(ArchiverActivity activity)) {
                archiver.told(activity);
            }
        }
    }
}
