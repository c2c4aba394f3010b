package dev.seawall.tools.torture.failover;

import dev.seawall.settings.Settings;
import dev.seawall.tools.control.Launch;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.WalwriterAddress;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.start.BackupLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One cluster of three: its walwriter and checkpointer as processes of this one's, primary or standby.
///
/// It is steered as an administrator would: by files, signals, `walctl`, and SQL over its Unix socket, which
/// no cut of the network reaches.
final class Node implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final List<DaemonRole> ROLES = List.of(DaemonRole.WALWRITER, DaemonRole.CHECKPOINTER);
    private static final String FOLLOWED = "postgresql.auto.conf";
    /// What `walctl rewind` says then.
    private static final String COPIED = "base/ is a copy of the source server's now";
    private static final String SIGNAL = "standby.signal";

    private final String name;
    private final Path cluster;
    /// What processes are started by, so that they have a network of their own; nothing: the machine's.
    private final List<String> prefix;
    private final String host;
    private final Map<DaemonRole, Launch> running = new EnumMap<>(DaemonRole.class);
    private final Address address;

    /// @param name   as which it streams
    /// @param prefix of the commands that start its processes
    /// @param host   where the others find it: an address, or the directory of its socket
    Node(String name, Path cluster, List<String> prefix, String host) throws IOException {
        this.name = name;
        this.cluster = cluster;
        this.prefix = prefix;
        this.host = host;
        this.address = WalwriterAddress.of(Settings.load(new LinuxDisk(), cluster, Map.of(), Map.of()), cluster);
    }

    String name() {
        return name;
    }

    Path cluster() {
        return cluster;
    }

    /// How the others reach it.
    String connInfo(String as) {
        return "host=" + host + " port=5432 user=" + System.getProperty("user.name") + " application_name=" + as
                + " connect_timeout=2";
    }

    /// Makes it a standby of another, from its next start or reload on.
    void point(Node primary) throws IOException {
        Path signal = cluster.resolve(SIGNAL);
        if (!Files.exists(signal)) {
            Files.createFile(signal);
        }
        Files.writeString(cluster.resolve(FOLLOWED), "primary_conninfo = '" + primary.connInfo(name) + "'\n");
    }

    /// Starts both, and waits until the walwriter answers.
    void start() throws IOException {
        for (DaemonRole role : ROLES) {
            running.put(role, Launch.start(role, cluster, Map.of(), cluster.resolve("log"), prefix));
        }
        await(() -> {
            try (WireClient client = connect()) {
                return client.pid() > 0;
            } catch (IOException e) {
                return false;
            }
        }, "answer");
    }

    /// SIGKILL to both, at once.
    void kill() {
        running.values().forEach(Launch::kill);
        running.clear();
    }

    boolean isRunning() {
        return !running.isEmpty();
    }

    /// @throws IllegalStateException if a process has ended that nobody killed
    void checkAlive() throws IOException {
        for (Launch launch : running.values()) {
            if (!launch.isAlive()) {
                throw new IllegalStateException("a process of " + name + " has ended that nobody killed: "
                        + launch.lastWords());
            }
        }
    }

    long pid() {
        return Objects.requireNonNull(running.get(DaemonRole.WALWRITER), "not running").pid();
    }

    WireClient connect() throws IOException {
        return WireClient.connect(address, WalwriterAddress.login("torture").withTimeout(Duration.ofSeconds(10)));
    }

    /// For replication commands.
    WireClient connectToStream() throws IOException {
        return WireClient.connect(address, WalwriterAddress.login("deaf")
                .withReplication(Login.Replication.PHYSICAL).withTimeout(Duration.ofSeconds(10)));
    }

    /// One value.
    @Nullable String ask(String sql) throws IOException {
        try (WireClient client = connect()) {
            List<List<@Nullable String>> rows = client.query(sql).rows();
            return rows.isEmpty() ? null : rows.getFirst().getFirst();
        }
    }

    boolean isInRecovery() throws IOException {
        return "t".equals(ask("select pg_is_in_recovery()"));
    }

    /// How far the log is that it has durably.
    Lsn received() throws IOException {
        return lsn("select pg_last_wal_receive_lsn()");
    }

    Lsn replayed() throws IOException {
        return lsn("select pg_last_wal_replay_lsn()");
    }

    /// Of a primary.
    Lsn flushed() throws IOException {
        return lsn("select pg_current_wal_flush_lsn()");
    }

    private Lsn lsn(String sql) throws IOException {
        String value = ask(sql);
        return value == null ? Lsn.INVALID : Lsn.parse(value);
    }

    /// Lets it read its configuration again.
    void reload() throws IOException {
        ask("select pg_reload_conf()");
    }

    void promote() throws IOException {
        walctl("promote", "-D", cluster.toString());
        await(() -> !isInRecovery(), "be promoted");
    }

    /// Gives up what it has and the other has not, and makes it the other's standby. It does not run.
    ///
    /// @return how, in a few words
    String rewind(Node source) throws IOException {
        String said = walctl("rewind", "-D", cluster.toString(), "--source-server=" + source.connInfo(name), "-R");
        return said.contains("no rewind required") ? "needed no rewind"
                : said.contains(COPIED) ? "was rewound by a copy" : "was rewound";
    }

    /// Redo point of the base backup that its data files come from; [Lsn#INVALID] if they come from none.
    Lsn copiedFrom() throws IOException {
        Path label = cluster.resolve(BackupLabel.FILE + ".old");
        if (!Files.exists(label)) {
            return Lsn.INVALID;
        }
        String start = "START WAL LOCATION: ";
        String line = Files.readAllLines(label).stream().filter(each -> each.startsWith(start)).findFirst()
                .orElseThrow(() -> new IOException(label + " names no start"));
        return Lsn.parse(line.substring(start.length()).split(" ")[0]);
    }

    private String walctl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Launch.walctl());
        command.addAll(List.of(arguments));
        return new ShellCommand(command).orFail();
    }

    /// A question that may fail while the node starts.
    @FunctionalInterface
    interface Question {
        boolean ask() throws IOException;
    }

    /// What its walwriter has written to its log so far.
    String said() throws IOException {
        return Files.readString(cluster.resolve("log/walwriter.log"));
    }

    /// Waits until it has written a word after what it had said then.
    void awaitWord(String word, String before) throws IOException {
        await(() -> said().indexOf(word, before.length()) >= 0, "say \"" + word + "\"");
    }

    /// Waits until the answer is yes.
    ///
    /// @throws IllegalStateException if it takes too long, or a process of it has ended meanwhile
    Duration await(Question question, String what) throws IOException {
        long begin = System.nanoTime();
        while (true) {
            IOException last = null;
            try {
                if (question.ask()) {
                    return Duration.ofNanos(System.nanoTime() - begin);
                }
            } catch (IOException e) {
                last = e;
            }
            checkAlive();
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("waited " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE.toNanos())
                        + " s for " + name + " to " + what + "\nHINT: Look into " + cluster.resolve("log"), last);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        kill();
    }
}
