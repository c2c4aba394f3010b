package dev.seawall.walwriter.basebackup;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.Backups;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.cluster.OnlineBackup;
import dev.seawall.walwriter.query.WalErrors;
import dev.seawall.walwriter.session.ReplicationCommands;
import dev.seawall.walwriter.session.ReplicationConnection;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `BASE_BACKUP`: a copy of the cluster, to whoever may replicate.
///
/// Log is kept while it is sent, and engines' files are while they are: so a client that takes nothing for
/// `wal_sender_timeout` is cut off. Thread-safe.
public final class BaseBackupCommands implements ReplicationCommands, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BaseBackupCommands.class);
    private static final int KILOBYTE = 1024;

    private final BaseBackups backups;
    private final World world;
    private final BooleanSupplier isArchiving;
    private final StalledClients stalled;
    private final World.Running watch;

    /// @param backups     packs them
    /// @param isArchiving `archive_mode`
    /// @param timeout     `wal_sender_timeout`, which may change; zero: none
    /// @param onFailure   told what ended the watch over stalled clients
    public BaseBackupCommands(BaseBackups backups, World world, BooleanSupplier isArchiving,
            Supplier<Duration> timeout, Consumer<Throwable> onFailure) {
        this.backups = backups;
        this.world = world;
        this.isArchiving = isArchiving;
        this.stalled = new StalledClients(world, timeout, onFailure);
        this.watch = world.start(stalled);
    }

    @Override
    public boolean execute(String command, ReplicationConnection connection) throws IOException {
        Optional<BaseBackupOptions> options = BaseBackupParser.parse(command);
        if (options.isEmpty()) {
            return false;
        }
        Cluster cluster = connection.cluster();
        stalled.watch(connection);
        try (Backups.Report report = cluster.backups().begin(connection.pid());
                OnlineBackup backup = begin(options.get(), connection);
                FileCopy files = copy(backup, cluster)) {
            send(options.get(), backup, files, report, connection);
        } finally {
            stalled.forget(connection);
        }
        return true;
    }

    private static OnlineBackup begin(BaseBackupOptions options, ReplicationConnection connection) {
        Cluster cluster = connection.cluster();
        try {
            return OnlineBackup.begin(cluster.wal(), cluster.checkpointing(), OnlineBackup.Place.of(cluster),
                    options.label(), options.isFast(), connection::checkInterrupts);
        } catch (IOException | RuntimeException e) {
            throw WalErrors.of(e);
        }
    }

    private static FileCopy copy(OnlineBackup backup, Cluster cluster) {
        try {
            return cluster.checkpointing().copyFiles(backup.start());
        } catch (IOException e) {
            throw WalErrors.of(e);
        }
    }

    private void send(BaseBackupOptions options, OnlineBackup backup, FileCopy files, Backups.Report report,
            ReplicationConnection connection) throws IOException {
        LOG.info("base backup began pid={} label=\"{}\" start={}", connection.pid(), options.label(), backup.start());
        Pace pace = new Pace(world, (long) options.maxRate() * KILOBYTE, connection::checkInterrupts);
        CopyOut client = new CopyOut(connection.out(), backup, pace, report, options.isProgress(),
                ending -> end(options, ending, report, connection));
        try {
            backups.send(options, backup, files, client);
            client.finish();
        } catch (IllegalStateException | NotConnectedException e) {
            // pg_basebackup does not show what it is told in the middle of an archive.
            LOG.info("base backup is void pid={} label=\"{}\" problem={}", connection.pid(), options.label(),
                    e.getMessage());
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "base backup is void: " + e.getMessage()).withHint(
                            "Discard what was received, and take it again when a checkpointer is connected.");
        } catch (IOException | RuntimeException e) {
            // The client's end is the session's; what befell a file is told to the client.
            if (client.isGone()) {
                throw e;
            }
            throw WalErrors.of(e);
        }
        LOG.info("base backup sent pid={} label=\"{}\" start={}", connection.pid(), options.label(), backup.start());
    }

    private Lsn end(BaseBackupOptions options, OnlineBackup backup, Backups.Report report,
            ReplicationConnection connection) throws IOException {
        Lsn end = backup.end();
        if (options.isWaiting() && isArchiving.getAsBoolean()) {
            report.phase(Backups.Phase.WAITING_FOR_ARCHIVING);
            backup.awaitArchive(connection::checkInterrupts);
        } else if (!options.isWithLog() && options.isWaiting()) {
            connection.notice("NOTICE", SqlState.SUCCESSFUL_COMPLETION, "WAL archiving is not enabled; you must ensure"
                    + " that all required WAL segments are copied through other means to complete the backup");
        }
        report.phase(Backups.Phase.TRANSFERRING_WAL);
        return end;
    }

    /// Ends what is done now and then. Backups end with their connections.
    @Override
    public void close() {
        watch.close();
    }
}
