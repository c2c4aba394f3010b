package dev.seawall.tools.torture.daemons;

import dev.seawall.settings.Settings;
import dev.seawall.tools.control.Launch;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.WalwriterAddress;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A cluster's three daemons as processes of this one's, killed with SIGKILL and started again.
final class Trio implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Path cluster;
    private final Address address;
    private final Map<DaemonRole, Launch> running = new EnumMap<>(DaemonRole.class);

    /// Starts all three, and waits until they work together.
    Trio(Path cluster) throws IOException {
        this.cluster = cluster;
        Disk disk = new LinuxDisk();
        this.address = WalwriterAddress.of(Settings.load(disk, cluster, Map.of(), Map.of()), cluster);
        for (DaemonRole role : DaemonRole.values()) {
            start(role);
        }
        await(this::areTogether, "the three daemons to work together");
    }

    Address address() {
        return address;
    }

    void start(DaemonRole role) throws IOException {
        running.put(role, Launch.start(role, cluster, Map.of(), cluster.resolve("log")));
    }

    private Launch of(DaemonRole role) {
        return Objects.requireNonNull(running.get(role), "a role that was never started");
    }

    void kill(DaemonRole role) {
        of(role).kill();
    }

    long pid(DaemonRole role) {
        return of(role).pid();
    }

    /// @throws IllegalStateException if one of them has ended that was not killed
    void checkAlive() throws IOException {
        for (Launch launch : running.values()) {
            if (!launch.isAlive()) {
                throw new IllegalStateException("a process that nobody killed has ended: " + launch.lastWords());
            }
        }
    }

    /// Whether the walwriter answers, and both others are connected to it.
    boolean areTogether() {
        return isConnected(DaemonRole.CHECKPOINTER) && isConnected(DaemonRole.ARCHIVER);
    }

    /// Whether a role other than the walwriter is connected to it.
    boolean isConnected(DaemonRole role) {
        try (WireClient client = connect()) {
            List<List<String>> names = client.query("select application_name, state from pg_stat_activity").rows()
                    .stream().map(row -> row.stream().map(String::valueOf).toList()).toList();
            boolean isLinked = names.stream().anyMatch(row -> row.getFirst().equals(role.lowerCase()));
            return isLinked && (role != DaemonRole.CHECKPOINTER || client.query(
                    "select slot_name, active from pg_replication_slots").rows().stream()
                    .anyMatch(row -> "seawall_checkpointer".equals(row.get(0)) && "t".equals(row.get(1))));
        } catch (IOException e) {
            return false;
        }
    }

    WireClient connect() throws IOException {
        return WireClient.connect(address, WalwriterAddress.login("torture").withTimeout(Duration.ofSeconds(5)));
    }

    /// @throws IllegalStateException if it takes too long, or a process has ended meanwhile
    Duration await(BooleanSupplier what, String name) throws IOException {
        long begin = System.nanoTime();
        while (!what.getAsBoolean()) {
            checkAlive();
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("waited " + PATIENCE.toSeconds() + " s for " + name
                        + "\nHINT: Look into " + cluster.resolve("log"));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public void close() {
        running.values().forEach(Launch::kill);
    }
}
