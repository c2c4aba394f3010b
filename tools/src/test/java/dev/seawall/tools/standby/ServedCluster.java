package dev.seawall.tools.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.control.RunningDaemon;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A cluster of ours, served by its daemons to whoever comes by its socket: real servers run as another
/// user than we.
final class ServedCluster implements AutoCloseable {

    static final String START_LSN = "0/10000000";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path home;
    private final Path cluster;
    private final Path sockets;

    /// @param home a short path, for the sockets
    private ServedCluster(Path home, String name) throws IOException {
        this.home = home;
        this.cluster = home.resolve(name);
        this.sockets = home.resolve(name + ".s");
        Files.createDirectory(sockets);
        // Whoever runs the tests, the other server is somebody else.
        assertThat(home.toFile().setExecutable(true, false)).isTrue();
        assertThat(home.toFile().setReadable(true, false)).isTrue();
    }

    /// A new cluster, not started yet, which goes on where another system is.
    ///
    /// @param conf lines for seawall.conf
    static ServedCluster init(Path home, String systemId, long nextXid, String conf) throws IOException {
        ServedCluster primary = new ServedCluster(home, "p");
        primary.walctl("init", "--system-id", systemId, "--start-lsn", START_LSN, "--next-xid", "" + nextXid,
                "--wal-sync-method", "open_datasync");
        primary.served(conf);
        return primary;
    }

    /// A new cluster, not started yet, with segments of 1 MiB.
    ///
    /// @param conf lines for seawall.conf
    static ServedCluster init(Path home, String conf) throws IOException {
        ServedCluster primary = new ServedCluster(home, "p");
        primary.walctl("init", "--wal-segsize", "1MB", "--wal-sync-method", "open_datasync");
        primary.served(conf);
        return primary;
    }

    /// What pg_basebackup makes of this one, which runs, to follow it: a standby that was not started yet.
    ///
    /// @param name as which it streams
    /// @param conf more lines for its seawall.conf
    ServedCluster standby(String name, String conf) throws IOException {
        ServedCluster standby = new ServedCluster(home, name);
        PostgresPrograms.execute(List.of(PostgresPrograms.find("pg_basebackup").toString(), "-d", connInfo(name),
                "-D", standby.cluster.toString(), "-R", "-X", "stream", "-c", "fast", "--no-sync"),
                Map.of("LC_ALL", "C")).orFail();
        standby.served(conf);
        return standby;
    }

    private void served(String conf) throws IOException {
        configure("listen_addresses = ''\nunix_socket_directories = '" + sockets + "'\n" + conf);
        Files.writeString(cluster.resolve("pg_hba.conf"), "local all all trust\nlocal replication all trust\n");
    }

    void configure(String lines) throws IOException {
        Files.writeString(cluster.resolve("seawall.conf"), lines, StandardOpenOption.APPEND);
    }

    Path cluster() {
        return cluster;
    }

    /// For a standby's primary_conninfo.
    String connInfo(String name) {
        return "host=" + sockets + " port=5432 user=" + System.getProperty("user.name") + " application_name=" + name;
    }

    /// Starts those that do not run.
    void start() {
        walctl("start");
    }

    void stop() {
        walctl("stop", "-m", "fast");
    }

    /// @return what the command printed
    String walctl(String... command) {
        Captured ran = tryWalctl(command);
        assertThat(ran.code()).as("walctl %s: %s%s\n%s", List.of(command), ran.out(), ran.err(), log()).isZero();
        return ran.out();
    }

    /// The same for a command that may be refused.
    Captured tryWalctl(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(1, List.of("-D", cluster.toString()));
        return Captured.run(new Walctl(), arguments.toArray(String[]::new));
    }

    /// SIGKILL to all that run, and waits until they are gone.
    void kill() throws IOException {
        for (RunningDaemon daemon : RunningDaemon.all(cluster)) {
            kill(daemon.role());
        }
    }

    /// SIGKILL, and waits until it is gone.
    void kill(DaemonRole role) throws IOException {
        long pid = RunningDaemon.find(cluster, role).orElseThrow().process().pid();
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    WireClient connect() throws IOException {
        return WireClient.connect(new Address.UnixSocket(sockets.resolve(".s.PGSQL.5432")),
                Login.of(System.getProperty("user.name"), "test").withTimeout(TIMEOUT));
    }

    /// One value.
    String ask(String sql) throws IOException {
        try (WireClient client = connect()) {
            return client.query(sql).value();
        }
    }

    /// What has no value.
    void run(String sql) throws IOException {
        try (WireClient client = connect()) {
            client.query(sql);
        }
    }

    /// A relation's pages as clients see them, in hexadecimal.
    List<String> pages(int relation) throws IOException {
        List<String> pages = new ArrayList<>();
        try (WireClient client = connect()) {
            int blocks = Integer.parseInt(client.query("select page_count(" + relation + ")").value());
            for (int block = 0; block < blocks; block++) {
                pages.add(client.query("select page_read(" + relation + ", " + block + ")").value().substring(2));
            }
        }
        return pages;
    }

    Lsn flushLsn() throws IOException {
        return Lsn.parse(ask("select pg_current_wal_flush_lsn()"));
    }

    /// Of a standby: waits until it has redone so much.
    void awaitReplayed(Lsn lsn) {
        await(() -> Lsn.parse(ask("select pg_last_wal_replay_lsn()")).isAtLeast(lsn), "redo " + lsn);
    }

    /// Waits until the answer is this one.
    void await(String sql, String value) {
        await(() -> ask(sql).equals(value), "answer \"" + sql + "\" by " + value);
    }

    /// What may fail while the cluster starts, or while there is no row yet.
    @FunctionalInterface
    interface Question {
        boolean ask() throws IOException;
    }

    /// Waits until the answer is yes, through starts and ends of its processes.
    void await(Question question, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String refusal = "no";
            try {
                if (question.ask()) {
                    return;
                }
            } catch (IOException | IllegalStateException e) {
                refusal = e.toString();
            }
            assertThat(System.nanoTime() - end).as("waited for %s to %s: %s%n%s", cluster.getFileName(), what,
                    refusal, log()).isNegative();
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /// The daemons' last words, for a failure's message.
    private String log() {
        Path log = cluster.resolve("log/walwriter.log");
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
    }
}
