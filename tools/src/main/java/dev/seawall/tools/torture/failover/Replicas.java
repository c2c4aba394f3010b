package dev.seawall.tools.torture.failover;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.Directories;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Three nodes of one system: a primary that commits when any one of the two others has it, and those.
final class Replicas implements AutoCloseable {

    private static final List<String> NAMES = List.of("a", "b", "c");
    /// Small segments: many of them in a short time, and few zeros to write at each start.
    static final PageLayout SMALL = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);

    private final PageLayout layout;
    private final List<Node> nodes = new ArrayList<>();
    /// Any one of the standbys must have a commit. All log is kept: what is compared is all there, and nobody
    /// needs a slot.
    static final String SETTINGS = """
            synchronous_standby_names = 'ANY 1 (a, b, c)'
            wal_keep_size = 1TB
            max_wal_size = 256MB
            checkpoint_timeout = 5s
            wal_sender_timeout = 2s
            wal_receiver_timeout = 2s
            wal_retrieve_retry_interval = 200ms
            """;

    /// None while it is being replaced. One thread writes it.
    private volatile @Nullable Node primary;

    /// Makes the three clusters, and starts them.
    ///
    /// @param layout   of their log
    /// @param settings of each
    /// @param network  null: they find each other by Unix sockets
    Replicas(Path directory, long seed, PageLayout layout, String settings, @Nullable Network network)
            throws IOException {
        this.layout = layout;
        try {
            Path first = directory.resolve(NAMES.getFirst());
            Seawall.init(new LinuxDisk(), new SystemWorld(), first, new ClusterInit.Options(
                    ClusterInit.systemId(Instant.now(), seed), new Lsn(layout.segmentBytes()), 3, layout,
                    ClusterInit.Options.MAX_CONNECTIONS_DEFAULT));
            for (int i = 0; i < NAMES.size(); i++) {
                Path cluster = directory.resolve(NAMES.get(i));
                if (i > 0) {
                    // Never started yet: as good as a base backup.
                    Directories.copy(first, cluster);
                }
                Files.writeString(cluster.resolve("seawall.conf"), settings
                        + "listen_addresses = '" + (network == null ? "" : network.address(i)) + "'\n");
                if (network != null) {
                    Files.writeString(cluster.resolve("pg_hba.conf"),
                            "local all,replication all peer\nhost all,replication all " + network.range() + " trust\n");
                }
                nodes.add(new Node(NAMES.get(i), cluster, network == null ? List.of() : network.prefix(i),
                        network == null ? cluster.toString() : network.address(i)));
            }
            Node chosen = nodes.getFirst();
            chosen.start();
            primary = chosen;
            for (Node standby : standbys()) {
                standby.point(chosen);
                standby.start();
            }
            awaitStreaming(2);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    PageLayout layout() {
        return layout;
    }

    Node primary() throws IOException {
        Node now = primary;
        if (now == null) {
            throw new IOException("there is no primary now");
        }
        return now;
    }

    /// Where clients commit.
    WireClient connect() throws IOException {
        return primary().connect();
    }

    List<Node> all() {
        return nodes;
    }

    List<Node> standbys() {
        Node now = primary;
        return nodes.stream().filter(node -> node != now).toList();
    }

    /// Clients find no primary from now on.
    Node dismiss() throws IOException {
        Node old = primary();
        primary = null;
        return old;
    }

    void elect(Node chosen) {
        primary = chosen;
    }

    /// The one of these that has most of the log: everything that was acknowledged, with ANY 1.
    static Node ahead(List<Node> standbys) throws IOException {
        List<Lsn> received = new ArrayList<>();
        for (Node standby : standbys) {
            received.add(standby.received());
        }
        int best = received.indexOf(received.stream().max(Comparator.naturalOrder()).orElseThrow());
        return standbys.get(best);
    }

    /// Waits until so many stream from the primary.
    Duration awaitStreaming(int count) throws IOException {
        return awaitStreams("application_name <> 'checkpointer'", count, "have " + count + " standbys");
    }

    /// Waits until one of them streams from the primary.
    Duration awaitStreaming(Node standby) throws IOException {
        return awaitStreams("application_name = '" + standby.name() + "'", 1, "have " + standby + " as standby");
    }

    private Duration awaitStreams(String which, int count, String what) throws IOException {
        Node now = primary();
        String sql = "select count(*) from pg_stat_replication where state = 'streaming' and " + which;
        return now.await(() -> areAlive() && Integer.toString(count).equals(now.ask(sql)), what);
    }

    private boolean areAlive() throws IOException {
        checkAlive();
        return true;
    }

    void checkAlive() throws IOException {
        for (Node node : nodes) {
            node.checkAlive();
        }
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
