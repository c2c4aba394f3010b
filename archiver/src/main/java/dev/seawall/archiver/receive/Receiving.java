package dev.seawall.archiver.receive;

import dev.seawall.archiver.Archiver;
import dev.seawall.archiver.ArchiverStatistics;
import dev.seawall.archiver.SegmentCheck.Behind;
import dev.seawall.archiver.WalFiles;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The whole of it at work: a [LogReceiver] into a [Spool], an [Archiver] out of it into the repository.
///
/// So a repository that is away for a while does not stop receiving, and the server's slot moves on with what the
/// spool holds.
public final class Receiving implements AutoCloseable {

    private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();
    private static final int FAILURES_ENOUGH = 3;

    private final World world;
    private final Spool spool;
    private final Archiver archiver;
    private final LogReceiver receiver;
    private final World.Running archiving;
    private final World.Running receiving;
    private final World.Running reporting;

    private Receiving(World world, Spool spool, Archiver archiver, LogReceiver receiver, World.Running archiving,
            World.Running receiving, World.Running reporting) {
        this.world = world;
        this.spool = spool;
        this.archiver = archiver;
        this.receiver = receiver;
        this.archiving = archiving;
        this.receiving = receiving;
        this.reporting = reporting;
    }

    /// Opens the spool and starts.
    ///
    /// @param archive        whose repository is the cluster's
    /// @param directory      the spool's; made if it is not there
    /// @param statusInterval how often the server is told how far we are, and all before that is synced
    public static Receiving start(Disk disk, World world, WalArchive archive, Codec codec, Path directory,
            Upstream.Connector connector, LogReceiver.Options options, Duration statusInterval) throws IOException {
        RepositoryIdentity identity = archive.repository().identity();
        Spool spool = Spool.open(disk, directory, identity.layout(), identity.systemId());
        // A segment is archived as soon as it is full: what its last record goes on with is yet to come.
        Archiver archiver = new Archiver(disk, world, directory, new WalFiles(disk, archive, identity, codec),
                identity.segmentBytes(), Behind.UNKNOWN);
        World.Running archiving = world.start(archiver);
        LogReceiver receiver = new LogReceiver(connector, spool, archive, identity.layout(), options, world, () -> {
            archiver.wake();
            archiving.wake();
        });
        return new Receiving(world, spool, archiver, receiver, archiving, world.start(receiver),
                world.start(new StatusReports(receiver, world, statusInterval)));
    }

    public ReceiveProgress progress() {
        return receiver.progress();
    }

    public ArchiverStatistics archived() {
        return archiver.statistics();
    }

    /// What ended it, or null.
    public @Nullable Throwable failure() {
        return receiver.failure();
    }

    /// Whether no more will be received: what was asked for is there, or [#failure] says why.
    public boolean isEnded() {
        return receiver.isFinished() || receiver.failure() != null;
    }

    /// Ends receiving, and archives what is complete.
    ///
    /// @throws IOException if something cannot be archived; it stays in the spool
    public void finish() throws IOException {
        stopReceiving();
        long failedBefore = archiver.statistics().failed();
        archiver.wake();
        archiving.wake();
        while (!spool.waiting().isEmpty()) {
            ArchiverStatistics now = archiver.statistics();
            if (now.failed() - failedBefore >= FAILURES_ENOUGH || archiving.failure() != null) {
                throw new IOException("could not archive " + spool.waiting().getFirst() + ": "
                        + now.lastFailed().map(ArchiverStatistics.Failure::reason).orElse("the archiver ended"));
            }
            world.park(() -> false, LOOK_NANOS);
        }
    }

    private void stopReceiving() {
        receiver.close();
        receiving.close();
        reporting.close();
    }

    /// Ends everything; what waits to be archived is archived the next time.
    @Override
    public void close() throws IOException {
        stopReceiving();
        archiving.close();
        spool.close();
    }
}
