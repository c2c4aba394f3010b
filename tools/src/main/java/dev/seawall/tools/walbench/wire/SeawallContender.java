package dev.seawall.tools.walbench.wire;

import dev.seawall.embedded.Seawall;
import dev.seawall.settings.Settings;
import dev.seawall.tools.control.Launch;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.walbench.server.Contender;
import dev.seawall.tools.walbench.server.InstalledPostgres;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A new cluster of Seawall with its three daemons, all settings as they are by default but for the
/// connections it takes.
final class SeawallContender implements Contender {

    private static final Duration STOPPED_IN = Duration.ofSeconds(30);
    private static final int SEGMENT_BYTES = 16 << 20;

    private final Path cluster;
    private final Path sockets;
    /// Thread-safe: at an interrupt another thread stops them.
    private final Map<DaemonRole, Process> daemons = new ConcurrentSkipListMap<>();

    /// @param home    where to make it, on the disk that counts
    /// @param sockets where to put its socket: a short path
    SeawallContender(Path home, Path sockets) {
        this.cluster = home.resolve("cluster");
        this.sockets = sockets;
    }

    /// Makes the cluster and starts the daemons.
    void start(int maxConnections) throws IOException {
        Instant now = Instant.now();
        Seawall.init(new LinuxDisk(), new SystemWorld(), cluster, new ClusterInit.Options(
                ClusterInit.systemId(now, ThreadLocalRandom.current().nextLong()), new Lsn(SEGMENT_BYTES), 3,
                new PageLayout(SEGMENT_BYTES), maxConnections));
        Files.writeString(cluster.resolve(Settings.FILE_NAME), String.join("\n", "listen_addresses = ''",
                "unix_socket_directories = '" + sockets + "'", "max_connections = " + maxConnections, ""));
        for (DaemonRole role : DaemonRole.values()) {
            daemons.put(role, launch(role));
        }
    }

    /// In the foreground, as a child of this process.
    private Process launch(DaemonRole role) throws IOException {
        List<String> command = new ArrayList<>(Launch.program(role));
        command.addAll(List.of("-D", cluster.toString()));
        return new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true).redirectOutput(words(role).toFile()).start();
    }

    private Path words(DaemonRole role) {
        return cluster.resolveSibling(role.lowerCase() + ".log");
    }

    @Override
    public String name() {
        return "Seawall";
    }

    @Override
    public Path socketDirectory() {
        return sockets;
    }

    @Override
    public String user() {
        return System.getProperty("user.name");
    }

    @Override
    public Path log() {
        return cluster.resolve("pg_wal");
    }

    @Override
    public void checkRunning() throws IOException {
        for (Map.Entry<DaemonRole, Process> daemon : daemons.entrySet()) {
            if (!daemon.getValue().isAlive()) {
                throw new IOException("Seawall's " + daemon.getKey().lowerCase() + " has ended with exit code "
                        + daemon.getValue().exitValue() + "\n" + Files.readString(words(daemon.getKey())));
            }
        }
    }

    /// The walwriter first: it asks the others for their last work.
    @Override
    public void close() throws IOException {
        List<DaemonRole> order = new ArrayList<>(List.of(DaemonRole.values()));
        for (DaemonRole role : order.reversed()) {
            Process daemon = daemons.get(role);
            if (daemon != null) {
                stop(role, daemon);
            }
        }
    }

    private static void stop(DaemonRole role, Process daemon) throws IOException {
        if (role == DaemonRole.WALWRITER && daemon.isAlive()) {
            // SIGINT, a fast stop: nobody waits for clients.
            InstalledPostgres.run(List.of("kill", "-INT", String.valueOf(daemon.pid())));
        } else {
            daemon.destroy();
        }
        try {
            if (!daemon.waitFor(STOPPED_IN.toMillis(), TimeUnit.MILLISECONDS)) {
                daemon.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            daemon.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
