package dev.seawall.tools.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Start, stop, reload and socket activation of the real daemons under a real systemd.
final class SystemdTest {

    @TempDir
    private static Path scratch;
    private static InstalledSeawall seawall;

    @BeforeAll
    static void boot() throws Exception {
        seawall = InstalledSeawall.boot(scratch);
        seawall.makeCluster();
    }

    @AfterAll
    static void takeAway() throws Exception {
        seawall.close();
    }

    @BeforeEach
    void run() throws Exception {
        seawall.run();
    }

    private static long micros(String unit, String property) throws Exception {
        return Long.parseLong(seawall.box().property(unit, property));
    }

    @Test
    void the_target_starts_sockets_then_checkpointer_then_walwriter_then_archiver() throws Exception {
        seawall.stop();
        seawall.box().must("systemctl", "start", "seawall.target");

        List<Long> ready = List.of(micros("walwriter.socket", "ActiveEnterTimestampMonotonic"),
                micros("checkpointer.service", "ActiveEnterTimestampMonotonic"),
                micros("walwriter.service", "ActiveEnterTimestampMonotonic"),
                micros("archiver.service", "ActiveEnterTimestampMonotonic"));
        assertThat(ready).isSorted();
        assertThat(micros("walwriter.service", "InactiveExitTimestampMonotonic"))
                .as("the walwriter's start waited for the checkpointer").isGreaterThanOrEqualTo(ready.get(1));
    }

    @Test
    void a_start_returns_when_commits_are_taken() throws Exception {
        seawall.stop();
        Process start = seawall.box().start("systemctl", "start", "walwriter.service");
        seawall.await("the walwriter is being started",
                () -> !seawall.property("walwriter", "ActiveState").equals("inactive"));
        assertThat(seawall.property("walwriter", "ActiveState")).as("before READY=1").isEqualTo("activating");
        assertThat(start.waitFor()).isZero();

        assertThat(seawall.property("walwriter", "ActiveState")).isEqualTo("active");
        assertThat(seawall.property("walwriter", "NotifyAccess")).isEqualTo("main");
        assertThat(seawall.box().journal("walwriter.service")).contains("walwriter ready");
        assertThat(seawall.value("select pg_logical_emit_message(true, 'systemd', 'first')")).matches("\\w+/\\w+");
    }

    @Test
    void each_tells_where_it_stands() throws Exception {
        seawall.value("select pg_logical_emit_message(true, 'systemd', repeat('a', 5000))");
        Lsn at = Lsn.parse(seawall.value("select pg_current_wal_flush_lsn()"));

        seawall.await("the walwriter's status follows the log", () -> {
            Matcher durable = Pattern.compile("durable up to ([0-9A-F]+/[0-9A-F]+)")
                    .matcher(seawall.status("walwriter"));
            return durable.find() && Lsn.parse(durable.group(1)).compareTo(at) >= 0;
        });
        assertThat(seawall.status("checkpointer")).contains("timeline").contains("redo at");
        assertThat(seawall.status("archiver")).isNotEmpty();
    }

    @Test
    void the_first_client_is_served_by_a_cold_start() throws Exception {
        seawall.stop();
        seawall.box().must("systemctl", "start", "walwriter.socket");
        assertThat(seawall.property("walwriter", "ActiveState")).isEqualTo("inactive");

        assertThat(seawall.value("select pg_is_in_recovery()")).isEqualTo("f");
        assertThat(seawall.property("walwriter", "ActiveState")).isIn("active", "activating");
    }

    @Test
    void tcp_is_served_by_a_process_that_has_no_network() throws Exception {
        assertThat(seawall.asOwner(InstalledSeawall.PROGRAMS + "pg_isready", "--host=127.0.0.1", "--timeout=20").out())
                .contains("accepting connections");
        assertThat(seawall.box().must("nsenter", "--net", "--target", Long.toString(seawall.pid("walwriter")),
                "cat", "/proc/net/dev").lines().skip(2)).singleElement().asString().contains("lo:");
    }

    @Test
    void the_owner_is_let_in_and_another_is_not() throws Exception {
        assertThat(seawall.value("select current_setting('is_superuser')")).isEqualTo("on");

        SystemdBox.Ran asRoot = seawall.box().run(InstalledSeawall.PROGRAMS + "psql", "--host=/run/seawall",
                "--username=seawall", "--dbname=seawall", "--no-psqlrc", "--command=select 1");
        assertThat(asRoot.isDone()).isFalse();
        assertThat(asRoot.out()).contains("authentication failed");
        assertThat(seawall.box().run("runuser", "-u", "nobody", "--", InstalledSeawall.PROGRAMS + "psql",
                "--host=/run/seawall", "--username=seawall", "--dbname=seawall", "--command=select 1").out())
                .contains("Permission denied");
    }

    @Test
    void a_user_with_a_password_gets_in_by_tcp() throws Exception {
        assertThat(seawall.box().run("sh", "-c", "echo secret | runuser -u seawall -- walctl user add alice -D "
                + InstalledSeawall.CLUSTER).code()).isZero();

        assertThat(seawall.box().must("env", "PGPASSWORD=secret", InstalledSeawall.PROGRAMS + "psql",
                "--host=127.0.0.1", "--username=alice", "--dbname=seawall", "--no-psqlrc", "-Atc",
                "select pg_logical_emit_message(true, 'systemd', 'by tcp')")).matches("\\w+/\\w+");
        assertThat(seawall.box().run("env", "PGPASSWORD=wrong", InstalledSeawall.PROGRAMS + "psql",
                "--host=127.0.0.1", "--username=alice", "--dbname=seawall", "--no-psqlrc", "-Atc", "select 1").out())
                .contains("password authentication failed");
    }

    @Test
    void walctl_finds_the_walwriter_and_leaves_what_systemd_runs_to_it() throws Exception {
        SystemdBox.Ran status = seawall.asOwner("walctl", "status", "-D", InstalledSeawall.CLUSTER);
        assertThat(status.code()).as(status.out()).isZero();
        for (String daemon : InstalledSeawall.DAEMONS) {
            assertThat(status.out()).contains("by systemd as " + daemon + ".service");
        }
        assertThat(status.out()).contains("durable up to");

        assertThat(seawall.asOwner("walctl", "stop", "-D", InstalledSeawall.CLUSTER).out())
                .contains("HINT: Use \"systemctl stop seawall.target\"");
        for (String daemon : InstalledSeawall.DAEMONS) {
            assertThat(seawall.property(daemon, "ActiveState")).isEqualTo("active");
        }
    }

    @Test
    void who_connects_during_a_restart_waits_for_the_next_walwriter() throws Exception {
        long before = seawall.pid("walwriter");
        Process restart = seawall.box().start("systemctl", "restart", "walwriter.service");
        seawall.await("the old one has gone", () -> seawall.pid("walwriter") != before);

        for (int client = 0; client < 5; client++) {
            assertThat(seawall.value("select 1")).isEqualTo("1");
        }
        assertThat(restart.waitFor()).isZero();
        assertThat(seawall.pid("walwriter")).isNotEqualTo(before);
    }

    @Test
    void a_reload_changes_a_setting() throws Exception {
        String before = seawall.value("show idle_session_timeout");
        seawall.setting("idle_session_timeout = 12345s");
        try {
            seawall.box().must("systemctl", "reload", "walwriter", "checkpointer", "archiver");

            seawall.await("the new value", () -> seawall.value("show idle_session_timeout").equals("12345s"));
            for (String daemon : InstalledSeawall.DAEMONS) {
                seawall.await(daemon + " has read it again", () ->
                        seawall.box().journal(daemon + ".service").contains("changed=[idle_session_timeout]"));
                assertThat(seawall.property(daemon, "ActiveState")).isEqualTo("active");
            }
        } finally {
            seawall.resetSetting("idle_session_timeout");
            seawall.box().must("systemctl", "reload", "walwriter");
        }
        seawall.await("the old value", () -> seawall.value("show idle_session_timeout").equals(before));
    }

    @Test
    void a_reload_with_a_mistake_keeps_the_old_values() throws Exception {
        seawall.setting("authentication_timeout = 33s");
        seawall.setting("wal_buffers = banana");
        try {
            seawall.box().must("systemctl", "reload", "walwriter");

            seawall.await("the mistake is said", () -> {
                String journal = seawall.box().journal("walwriter.service");
                return journal.contains("the old values stay") && journal.contains("wal_buffers");
            });
            assertThat(seawall.value("show authentication_timeout")).isEqualTo("1min");
            assertThat(seawall.property("walwriter", "ActiveState")).isEqualTo("active");
        } finally {
            seawall.resetSetting("authentication_timeout");
            seawall.resetSetting("wal_buffers");
        }
    }

    @Test
    void a_stop_of_the_target_ends_the_walwriter_first_with_a_shutdown_checkpoint() throws Exception {
        seawall.value("select pg_logical_emit_message(true, 'systemd', 'last')");
        long began = System.nanoTime();
        seawall.stop();
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        assertThat(seawall.clusterState()).isEqualTo("shut down");
        assertThat(took).as("far inside TimeoutStopSec").isLessThan(Duration.ofSeconds(30));
        for (String daemon : InstalledSeawall.DAEMONS) {
            assertThat(seawall.property(daemon, "ActiveState")).as(daemon).isEqualTo("inactive");
            assertThat(seawall.property(daemon, "Result")).as(daemon).isEqualTo("success");
            assertThat(seawall.property(daemon, "ExecMainStatus")).as(daemon).isEqualTo("0");
        }
        assertThat(micros("walwriter.service", "InactiveEnterTimestampMonotonic"))
                .isLessThan(micros("checkpointer.service", "InactiveEnterTimestampMonotonic"));
    }

    @Test
    void a_walwriter_that_is_stopped_stays_so_though_the_checkpointer_tries_to_connect() throws Exception {
        seawall.box().must("systemctl", "stop", "walwriter.service");

        seawall.await("the checkpointer misses it", () -> !seawall.status("checkpointer").startsWith("following"));
        Thread.sleep(1500);
        assertThat(seawall.property("walwriter", "ActiveState")).isEqualTo("inactive");
        assertThat(seawall.box().property("walwriter.socket", "ActiveState")).isEqualTo("inactive");
        assertThat(seawall.property("checkpointer", "ActiveState")).isEqualTo("active");
        assertThat(seawall.clusterState()).isEqualTo("shut down");
    }

    @Test
    void without_a_checkpointer_a_stop_loses_nothing_either() throws Exception {
        seawall.box().must("systemctl", "stop", "checkpointer.service");
        Lsn last = Lsn.parse(seawall.value("select pg_logical_emit_message(true, 'systemd', 'kept')"));
        seawall.box().must("systemctl", "stop", "walwriter.service");
        assertThat(seawall.property("walwriter", "Result")).isEqualTo("success");
        assertThat(seawall.clusterState()).isEqualTo("in production");

        seawall.run();
        assertThat(seawall.insertLsn()).isGreaterThan(last);
    }

    @Test
    void the_archiver_archives_what_a_switch_completes_and_the_readmes_restore_brings_it_back() throws Exception {
        seawall.setting("archive_mode = on");
        seawall.setting("archive_repository = '/var/lib/seawall/archive'");
        seawall.box().must("systemctl", "restart", "walwriter", "archiver");
        seawall.awaitLinked();
        SystemdBox.Ran backup = seawall.asOwner("walctl", "backup", "-D", InstalledSeawall.CLUSTER);
        assertThat(backup.code()).as(backup.out()).isZero();
        String segment = seawall.value("select pg_walfile_name(pg_current_wal_lsn())");
        Lsn archived = Lsn.parse(seawall.value("select pg_logical_emit_message(true, 'systemd', 'to be archived')"));
        seawall.value("select pg_switch_wal()");

        seawall.await("the segment is done", () -> seawall.box().run("test", "-e",
                InstalledSeawall.CLUSTER + "/pg_wal/archive_status/" + segment + ".done").isDone());
        assertThat(seawall.box().must("find", "/var/lib/seawall/archive", "-name", segment + "*")).isNotEmpty();
        seawall.await("it says so", () -> seawall.status("archiver").contains(segment));
        seawall.await("the walwriter has been told", () ->
                seawall.value("select last_archived_wal from pg_stat_archiver").equals(segment));

        seawall.stop();
        seawall.box().must("mv", InstalledSeawall.CLUSTER, InstalledSeawall.CLUSTER + ".broken");
        SystemdBox.Ran replay = seawall.asOwner("walreplay", "-r", "/var/lib/seawall/archive", "-D",
                InstalledSeawall.CLUSTER);
        assertThat(replay.code()).as(replay.out()).isZero();
        seawall.run();

        assertThat(seawall.status("walwriter")).contains("timeline 2");
        assertThat(seawall.insertLsn()).isGreaterThan(archived);
        assertThat(seawall.status("archiver")).isEqualTo("archive_mode is off");
    }

    @Test
    void each_runs_as_the_owner_without_privileges_and_all_in_200_mb() throws Exception {
        long kilobytes = 0;
        for (String daemon : InstalledSeawall.DAEMONS) {
            String process = "/proc/" + seawall.pid(daemon);
            assertThat(seawall.box().must("stat", "-c", "%U", process)).as(daemon).isEqualTo("seawall");
            List<String> status = seawall.box().must("cat", process + "/status").lines()
                    .map(line -> line.replaceAll("\\s+", " ")).toList();
            assertThat(status).as(daemon).contains("CapEff: 0000000000000000", "CapBnd: 0000000000000000",
                    "NoNewPrivs: 1", "Seccomp: 2");
            kilobytes += Arrays.stream(seawall.box().must("cat", process + "/smaps_rollup").split("\n"))
                    .filter(line -> line.startsWith("Pss:")).mapToLong(line ->
                            Long.parseLong(line.replaceAll("\\D", ""))).sum();
        }
        System.out.println("three idle daemons: " + kilobytes / 1024 + " MiB PSS");
        assertThat(kilobytes).isBetween(1L, 200L * 1024);
    }
}
