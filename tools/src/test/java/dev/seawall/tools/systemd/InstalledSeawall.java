package dev.seawall.tools.systemd;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Seawall as it runs after its installation, in a [SystemdBox].
final class InstalledSeawall implements AutoCloseable {

    static final String CLUSTER = "/var/lib/seawall/main";
    static final String PROGRAMS = "/usr/lib/postgresql/15/bin/";
    static final List<String> DAEMONS = List.of("walwriter", "checkpointer", "archiver");

    private static final Duration MOST = Duration.ofSeconds(40);
    private static final long POLL_MILLIS = 50;

    /// Something that is true some day.
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    private final SystemdBox box;

    private InstalledSeawall(SystemdBox box) {
        this.box = box;
    }

    /// Boots, and does what a package's scripts do. There is no cluster yet, and nothing runs.
    static InstalledSeawall boot(Path scratch) throws Exception {
        InstalledSeawall booted = new InstalledSeawall(SystemdBox.boot(repository(), scratch));
        try {
            booted.box.must("systemd-sysusers", "seawall.conf");
            booted.box.must("systemd-tmpfiles", "--create", "seawall.conf");
            booted.remember();
            return booted;
        } catch (Throwable t) {
            booted.close();
            throw t;
        }
    }

    /// systemd forgets a unit that is inactive and that no other names, and when and how it ended.
    private void remember() throws Exception {
        box.write("/run/systemd/system/remember.service", "[Unit]\nAfter=seawall.target walwriter.socket"
                + " walwriter.service checkpointer.service archiver.service\n[Service]\nType=oneshot\n"
                + "RemainAfterExit=yes\nExecStart=/bin/true\n");
        box.must("systemctl", "daemon-reload");
        box.must("systemctl", "start", "remember.service");
    }

    /// The repository's top directory, found upwards from where the test runs.
    private static Path repository() {
        Path at = Path.of("").toAbsolutePath();
        while (!at.resolve("systemd/walwriter.service").toFile().exists()) {
            at = at.getParent();
            if (at == null) {
                throw new AssertionError("the test does not run inside the repository");
            }
        }
        return at;
    }

    SystemdBox box() {
        return box;
    }

    void makeCluster() throws Exception {
        box.must("systemctl", "start", "seawall-init.service");
    }

    /// Lines of `[Service]` that hold for all three until the box ends.
    void configure(String... lines) throws Exception {
        for (String daemon : DAEMONS) {
            box.write("/run/systemd/system/" + daemon + ".service.d/test.conf",
                    "[Service]\n" + String.join("\n", lines) + "\n");
        }
        box.must("systemctl", "daemon-reload");
    }

    /// Whatever was before: all three run, know each other, and may fail again as often as they may.
    void run() throws Exception {
        box.must("systemctl", "reset-failed");
        box.must("systemctl", "start", "seawall.target");
        awaitLinked();
    }

    /// Stops all. A stop of the target alone does not wait for what it stops.
    void stop() throws Exception {
        box.must("systemctl", "stop", "seawall.target", "walwriter.service", "checkpointer.service",
                "archiver.service", "walwriter.socket");
    }

    /// The end of the log now.
    Lsn insertLsn() throws Exception {
        return Lsn.parse(value("select pg_current_wal_insert_lsn()"));
    }

    void awaitLinked() throws Exception {
        for (String daemon : DAEMONS) {
            await(daemon + " is active", () -> property(daemon, "ActiveState").equals("active"));
        }
        await("the walwriter has its checkpointer", () -> !status("walwriter").contains("no checkpointer")
                && status("checkpointer").startsWith("following"));
    }

    String status(String daemon) throws Exception {
        return property(daemon, "StatusText");
    }

    String property(String daemon, String name) throws Exception {
        return box.property(daemon + ".service", name);
    }

    long pid(String daemon) throws Exception {
        return Long.parseLong(property(daemon, "MainPID"));
    }

    int restarts(String daemon) throws Exception {
        return Integer.parseInt(property(daemon, "NRestarts"));
    }

    /// Sends a signal to a daemon's process, and to nobody else.
    void signal(String name, String daemon) throws Exception {
        box.must("kill", "-" + name, Long.toString(pid(daemon)));
    }

    /// Runs a program as the cluster's owner.
    SystemdBox.Ran asOwner(String... command) throws Exception {
        String[] whole = new String[command.length + 4];
        System.arraycopy(new String[] {"runuser", "-u", "seawall", "--"}, 0, whole, 0, 4);
        System.arraycopy(command, 0, whole, 4, command.length);
        return box.run(whole);
    }

    /// Asks the walwriter as the cluster's owner, by the socket.
    SystemdBox.Ran psql(String statement) throws Exception {
        return asOwner(PROGRAMS + "psql", "--host=/run/seawall", "--dbname=seawall", "--no-psqlrc", "--tuples-only",
                "--no-align", "--quiet", "--command=" + statement);
    }

    /// The one value that a statement gives.
    String value(String statement) throws Exception {
        SystemdBox.Ran ran = psql(statement);
        if (!ran.isDone()) {
            throw new AssertionError(statement + ": " + ran.out());
        }
        return ran.out().strip();
    }

    /// `Database cluster state` of pg_controldata.
    String clusterState() throws Exception {
        return box.must(PROGRAMS + "pg_controldata", CLUSTER).lines()
                .filter(line -> line.startsWith("Database cluster state")).findFirst().orElseThrow()
                .replaceFirst(".*:\\s*", "");
    }

    /// Adds a line to seawall.conf.
    void setting(String line) throws Exception {
        box.must("sh", "-c", "printf '%s\\n' \"$1\" >>" + CLUSTER + "/seawall.conf", "sh", line);
    }

    /// Takes back every line that [#setting] added about it.
    void resetSetting(String name) throws Exception {
        box.must("sed", "-i", "/^" + name + "\\b/d", CLUSTER + "/seawall.conf");
        box.must("chown", "seawall:seawall", CLUSTER + "/seawall.conf");
    }

    void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + MOST.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + MOST.toSeconds() + " s: " + what + "\n"
                        + box.run("systemctl", "status", "--no-pager", "--lines=40", "--full", "walwriter.service",
                                "checkpointer.service", "archiver.service", "walwriter.socket").out());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        box.close();
    }
}
