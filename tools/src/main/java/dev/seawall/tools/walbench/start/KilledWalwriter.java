package dev.seawall.tools.walbench.start;

import dev.seawall.embedded.Seawall;
import dev.seawall.settings.Settings;
import dev.seawall.tools.control.Launch;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.WalwriterAddress;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A cluster with a walwriter and nobody beside, so no checkpoint: its log grows, and each start reads all of it.
final class KilledWalwriter implements AutoCloseable {

    private static final int SEGMENT_BYTES = 16 << 20;
    private static final int WRITERS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration READY_SOON = Duration.ofSeconds(1);
    private static final String READY = " walwriter ready ";
    private static final long POLL_NANOS = 1_000_000;

    private final Path cluster;
    private final Path logs;
    private final Address address;
    /// At an interrupt another thread ends it.
    private volatile @Nullable Launch running;

    /// Makes the cluster.
    ///
    /// @param home     where, on the disk that counts
    /// @param logBytes how far its log may grow
    KilledWalwriter(Disk disk, Path home, long logBytes) throws IOException {
        this.cluster = home.resolve("c");
        this.logs = home.resolve("log");
        Instant now = Instant.now();
        Seawall.init(disk, new SystemWorld(), cluster, new ClusterInit.Options(
                ClusterInit.systemId(now, ThreadLocalRandom.current().nextLong()), new Lsn(SEGMENT_BYTES), 3,
                new PageLayout(SEGMENT_BYTES), ClusterInit.Options.MAX_CONNECTIONS_DEFAULT));
        // Nobody redoes it, and commits are not to be slowed down for that.
        Files.writeString(cluster.resolve(Settings.FILE_NAME), "listen_addresses = ''\nmax_redo_lag = "
                + (logBytes / (1 << 20) * 2 + 1024) + "MB\n");
        this.address = WalwriterAddress.of(Settings.load(disk, cluster, Map.of(), Map.of()), cluster);
    }

    /// Starts the walwriter, and waits until it has taken a commit.
    void start() throws IOException {
        Launch started = Launch.start(DaemonRole.WALWRITER, cluster, Map.of(), logs);
        running = started;
        awaitCommit(started);
    }

    Path log() {
        return cluster.resolve("pg_wal");
    }

    /// Commits messages of this size by several clients until there are so many bytes of log.
    void write(long logBytes, int messageBytes) throws IOException {
        AtomicLong left = new AtomicLong(logBytes);
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(Thread.ofPlatform().name("walbench-writer").daemon().start(() -> {
                try (WireClient client = connect()) {
                    while (left.getAndAdd(-messageBytes) > 0 && failure.get() == null) {
                        client.query("select pg_logical_emit_message(true, 'walbench', repeat('w', " + messageBytes
                                + "))");
                    }
                } catch (IOException e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        writers.forEach(KilledWalwriter::join);
        IOException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private static void join(Thread writer) {
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One start after a crash.
    ///
    /// @param duration from SIGKILL to the answer
    /// @param phases   its parts; none if the daemon does not log them
    record Restart(Duration duration, Map<String, Duration> phases) {}

    Restart killAndStart() throws IOException {
        Path words = logs.resolve("walwriter.log");
        long said = Files.size(words);
        Instant killed = Instant.now();
        long begin = System.nanoTime();
        close();
        start();
        Duration duration = Duration.ofNanos(System.nanoTime() - begin);
        String log = awaitReady(words, said);
        // Under journald, whose lines have the time already, the daemon does not log it; and it may be told to be
        // quiet.
        return new Restart(duration, System.getenv("JOURNAL_STREAM") != null || !log.contains(READY) ? Map.of()
                : Phases.of(log, killed, killed.plus(duration)));
    }

    /// What the daemon logged: a client may be in before it says that it is ready.
    private static String awaitReady(Path words, long from) throws IOException {
        long end = System.nanoTime() + READY_SOON.toNanos();
        while (true) {
            byte[] all = Files.readAllBytes(words);
            String said = new String(all, (int) from, (int) (all.length - from),
                    java.nio.charset.StandardCharsets.UTF_8);
            if (said.contains(READY) || System.nanoTime() - end > 0) {
                return said;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// Tries until a commit is acknowledged.
    private void awaitCommit(Launch started) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (WireClient client = connect()) {
                client.query("select pg_logical_emit_message(true, 'walbench', 'first')");
                return;
            } catch (ServerException e) {
                if (!e.sqlState().equals("57P03")) {
                    throw e;
                }
            } catch (IOException e) {
                // Nobody listens yet.
                if (!started.isAlive()) {
                    throw new IOException("the walwriter has ended\n" + started.lastWords(), e);
                }
            }
            if (System.nanoTime() - end > 0) {
                throw new IOException("no commit in " + PATIENCE.toSeconds() + " s\n" + started.lastWords());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private WireClient connect() throws IOException {
        return WireClient.connect(address, WalwriterAddress.login("walbench"));
    }

    @Override
    public void close() {
        Launch last = running;
        if (last != null) {
            last.kill();
        }
    }
}
