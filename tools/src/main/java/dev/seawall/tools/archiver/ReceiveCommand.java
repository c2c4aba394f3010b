package dev.seawall.tools.archiver;

import dev.seawall.archiver.ArchiveConflictException;
import dev.seawall.archiver.receive.LogReceiver;
import dev.seawall.archiver.receive.PrimaryUpstream;
import dev.seawall.archiver.receive.ReceiveEndedException;
import dev.seawall.archiver.receive.ReceiveProgress;
import dev.seawall.archiver.receive.Receiving;
import dev.seawall.archiver.receive.Upstream;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.walreceiver.ConnectionString;
import dev.seawall.walwriter.walreceiver.PrimaryConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `archiver receive`: follows a server's log into the repository.
@Command(name = "receive", mixinStandardHelpOptions = true,
        description = {"Streams the log of a server, Seawall's or PostgreSQL 13 to 18, into the repository.",
            "What comes is kept in a spool directory; each segment that is full is checked record by record and "
                + "archived. It goes on where it was, follows the server from timeline to timeline, and tries "
                + "again for ever when the connection is lost. It may be killed at any time.",
            "A restore needs the repository, and for the newest commits the spool's file NAME.partial, copied into "
                + "the restored pg_wal without its suffix."},
        footer = {"", "Examples:",
            "  archiver receive --init -r /backup/main -d 'host=db1 user=replicator' --slot archive --create-slot",
            "  archiver receive -r /backup/main -d postgresql://replicator@db1/ --until 0/5000000 --no-loop"})
final class ReceiveCommand implements Callable<ExitCode> {

    private static final long LOOK_NANOS = Duration.ofMillis(200).toNanos();
    private static final long STOP_SECONDS = 60;

    @Mixin
    private final RepositoryOptions options = new RepositoryOptions();

    @Mixin
    private final CompressionOptions compression = new CompressionOptions();

    @Option(names = {"-d", "--dbname"}, paramLabel = "CONNSTR", required = true,
            description = "The server, as libpq's connection string or URI. A password is best in ~/.pgpass.")
    private String connectionString = "";

    @Option(names = {"-S", "--slot"}, paramLabel = "NAME",
            description = "The replication slot by which the server keeps what is not received yet.")
    private @Nullable String slot;

    @Option(names = "--create-slot", description = "Make the slot first if the server does not have it.")
    private boolean isSlotNew;

    @Option(names = "--init", description = "Make the repository first if it is not there, for the server's cluster.")
    private boolean isInit;

    @Option(names = "--directory", paramLabel = "DIR",
            description = "The spool. Without it: the repository's directory with .spool behind its name.")
    private @Nullable Path directory;

    @Option(names = "--synchronous",
            description = "Sync what comes at once and report it: for a server whose commits wait for us.")
    private boolean isSynchronous;

    @Option(names = {"-E", "--until"}, paramLabel = "LSN",
            description = "End when all before this position is received and what is complete is archived.")
    private @Nullable String until;

    @Option(names = {"-n", "--no-loop"}, description = "End when the connection is lost, do not try again.")
    private boolean isOnce;

    @Option(names = {"-s", "--status-interval"}, paramLabel = "SECONDS", defaultValue = "10",
            description = "How often to sync and to report to the server; ${DEFAULT-VALUE} if not given.")
    private int statusSeconds;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
            description = "How long the server may be silent before the connection counts as lost; 0 for ever; "
                + "${DEFAULT-VALUE} if not given.")
    private int timeoutSeconds;

    private volatile boolean isStopped;

    @Override
    public ExitCode call() throws Exception {
        World world = new SystemWorld();
        Upstream.Connector connector = connector(world);
        if (isInit) {
            init(connector);
        }
        LogReceiver.Options how = new LogReceiver.Options(until == null ? Lsn.MAX : position(until), isSynchronous,
                !isOnce);
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> stopAndAwait(done));
        Runtime.getRuntime().addShutdownHook(hook);
        try (DirectoryRepository repository = options.open();
                Receiving receiving = Receiving.start(options.disk(), world, new WalArchive(repository),
                        compression.codec(), spool(), connector, how,
                        Duration.ofSeconds(requirePositive(statusSeconds)))) {
            while (!receiving.isEnded() && !isStopped) {
                show(receiving);
                world.park(() -> receiving.isEnded() || isStopped, LOOK_NANOS);
            }
            Throwable failure = receiving.failure();
            if (failure != null) {
                throw ended(failure);
            }
            receiving.finish();
            System.err.println("received up to " + receiving.progress().flushed());
            return ExitCode.DONE;
        } catch (WrongSystemException e) {
            throw new ExitCodeException(ExitCode.CONFLICT, String.valueOf(e.getMessage()), e);
        } finally {
            done.countDown();
            if (!isStopped) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private Upstream.Connector connector(World world) {
        if (isSlotNew && slot == null) {
            throw new ExitCodeException(ExitCode.USAGE, "--create-slot needs a slot's name\nHINT: Give --slot NAME.");
        }
        ConnectionString parsed;
        try {
            parsed = ConnectionString.parse(connectionString).orApplicationName("archiver receive");
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        Duration timeout = Duration.ofSeconds(Math.max(0, timeoutSeconds));
        // Files of passwords and certificates are read anew each time: they may have changed.
        return () -> PrimaryUpstream.over(PrimaryConnection.connect(
                parsed.endpoints(options.disk(), Login.Replication.PHYSICAL), timeout, world), slot, isSlotNew);
    }

    private void init(Upstream.Connector connector) throws IOException {
        try (Upstream server = connector.connect()) {
            RepositoryIdentity identity = new RepositoryIdentity(server.identify().systemId(),
                    server.layout().segmentBytes());
            DirectoryRepository.create(options.disk(), new SystemWorld(), options.root(), identity).close();
        } catch (WrongSystemException e) {
            throw new ExitCodeException(ExitCode.CONFLICT, String.valueOf(e.getMessage()), e);
        }
    }

    private Path spool() throws IOException {
        if (directory != null) {
            return directory.toAbsolutePath().normalize();
        }
        Path root = options.root();
        return root.resolveSibling(root.getFileName() + ".spool");
    }

    private static Lsn position(String text) {
        try {
            return Lsn.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static int requirePositive(int seconds) {
        if (seconds < 1) {
            throw new ExitCodeException(ExitCode.USAGE, "--status-interval must be at least 1 second");
        }
        return seconds;
    }

    private static Exception ended(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case WrongSystemException e -> new ExitCodeException(ExitCode.CONFLICT, message, e);
            case ArchiveConflictException e -> new ExitCodeException(ExitCode.CONFLICT, message, e);
            case ReceiveEndedException e -> new ExitCodeException(ExitCode.TARGET_NOT_REACHED, message, e);
            case WalCorruptException e -> new ExitCodeException(ExitCode.CORRUPT, message, e);
            case Exception e -> e;
            default -> new IllegalStateException(failure);
        };
    }

    private void show(Receiving receiving) {
        if (System.console() == null || !System.console().isTerminal()) {
            return;
        }
        ReceiveProgress now = receiving.progress();
        System.err.printf("\r  %s received %s, flushed %s, %d KiB behind, %d archived, %d waiting\033[K",
                now.isStreaming() ? "streaming:" : "not connected:", now.received(), now.flushed(),
                now.lagBytes() >> 10, receiving.archived().archived(), receiving.archived().ready());
    }

    private void stopAndAwait(CountDownLatch done) {
        isStopped = true;
        try {
            done.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
