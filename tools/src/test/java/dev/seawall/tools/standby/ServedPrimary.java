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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/// A cluster of ours, served by its daemons to whoever comes by its socket: real servers run as another
/// user than we.
final class ServedPrimary implements AutoCloseable {

    static final String START_LSN = "0/10000000";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Path cluster;
    private final Path sockets;

    /// @param home a short path, for the sockets
    private ServedPrimary(Path home) {
        this.cluster = home.resolve("c");
        this.sockets = home.resolve("s");
    }

    /// A new cluster, not started yet, which goes on where another system is.
    ///
    /// @param conf lines for seawall.conf
    static ServedPrimary init(Path home, String systemId, long nextXid, String conf) throws IOException {
        ServedPrimary primary = new ServedPrimary(home);
        Files.createDirectory(primary.sockets);
        // Whoever runs the tests, the other server is somebody else.
        assertThat(home.toFile().setExecutable(true, false)).isTrue();
        assertThat(home.toFile().setReadable(true, false)).isTrue();
        primary.walctl("init", "--system-id", systemId, "--start-lsn", START_LSN, "--next-xid", "" + nextXid);
        primary.configure("listen_addresses = ''\nunix_socket_directories = '" + primary.sockets + "'\n" + conf);
        Files.writeString(primary.cluster.resolve("pg_hba.conf"),
                "local all all trust\nlocal replication all trust\n");
        return primary;
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

    private String walctl(String... command) {
        List<String> arguments = new java.util.ArrayList<>(List.of(command));
        arguments.addAll(1, List.of("-D", cluster.toString()));
        Captured ran = Captured.run(new Walctl(), arguments.toArray(String[]::new));
        assertThat(ran.code()).as("walctl %s: %s%s", arguments, ran.out(), ran.err()).isZero();
        return ran.out();
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

    Lsn flushLsn() throws IOException {
        return Lsn.parse(ask("select pg_current_wal_flush_lsn()"));
    }

    /// The daemons' last words, for a failure's message.
    String log() throws IOException {
        Path log = cluster.resolve("log/walwriter.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Override
    public void close() throws IOException {
        if (!RunningDaemon.all(cluster).isEmpty()) {
            walctl("stop", "-m", "immediate");
        }
    }
}
