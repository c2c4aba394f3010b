package dev.seawall.tools.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What systemd does about daemons that die, hang or refuse, and what the others do meanwhile.
final class SystemdFailureTest {

    private static final int WATCHDOG_SECONDS = 6;

    @TempDir
    private static Path scratch;
    private static InstalledSeawall seawall;

    @BeforeAll
    static void boot() throws Exception {
        seawall = InstalledSeawall.boot(scratch);
        // Short enough to be waited for, long enough for a busy machine.
        seawall.configure("WatchdogSec=" + WATCHDOG_SECONDS, "TimeoutAbortSec=1", "RestartSec=200ms");
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

    private static Map<String, Long> pids() throws Exception {
        Map<String, Long> pids = new HashMap<>();
        for (String daemon : InstalledSeawall.DAEMONS) {
            pids.put(daemon, seawall.pid(daemon));
        }
        return pids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"walwriter", "checkpointer", "archiver"})
    void one_that_is_killed_is_started_again_and_the_others_go_on(String victim) throws Exception {
        Map<String, Long> before = pids();
        int restarts = seawall.restarts(victim);
        Lsn acknowledged = Lsn.parse(seawall.value("select pg_logical_emit_message(true, 'systemd', 'before')"));

        seawall.signal("KILL", victim);

        // At once: who connects while no walwriter runs waits for the next.
        Lsn after = Lsn.parse(seawall.value("select pg_logical_emit_message(true, 'systemd', 'after')"));
        assertThat(after).isGreaterThan(acknowledged);
        seawall.await(victim + " was restarted", () -> seawall.restarts(victim) > restarts);
        seawall.awaitLinked();
        Map<String, Long> now = pids();
        assertThat(now.remove(victim)).isNotEqualTo(before.remove(victim));
        assertThat(now).as("the others").isEqualTo(before);
    }

    /// Those that wait meanwhile wait for longer than their watchdog does, with nothing to do.
    @Test
    void those_that_stand_still_are_killed_and_started_again_and_idle_ones_are_not() throws Exception {
        int walwriterRestarts = seawall.restarts("walwriter");
        standStill("checkpointer", "archiver");
        assertThat(seawall.restarts("walwriter")).as("the walwriter, idle").isEqualTo(walwriterRestarts);

        int checkpointerRestarts = seawall.restarts("checkpointer");
        int archiverRestarts = seawall.restarts("archiver");
        standStill("walwriter");
        assertThat(seawall.restarts("checkpointer")).as("the checkpointer, idle").isEqualTo(checkpointerRestarts);
        assertThat(seawall.restarts("archiver")).as("the archiver, idle").isEqualTo(archiverRestarts);
        assertThat(seawall.box().journal("walwriter.service")).as("why, for whoever looks for it")
                .contains("Full thread dump");
    }

    private static void standStill(String... daemons) throws Exception {
        Map<String, Integer> restarts = new HashMap<>();
        long began = System.nanoTime();
        for (String daemon : daemons) {
            restarts.put(daemon, seawall.restarts(daemon));
            seawall.signal("STOP", daemon);
        }
        for (String daemon : daemons) {
            seawall.await(daemon + " was restarted", () -> seawall.restarts(daemon) > restarts.get(daemon));
            assertThat(seawall.box().journal(daemon + ".service")).contains("Watchdog timeout");
        }
        // It was fed up to half its time before the signal.
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isGreaterThan(Duration.ofSeconds(WATCHDOG_SECONDS / 4));
        seawall.awaitLinked();
    }

    @Test
    void a_damaged_log_is_refused_once_and_somebody_is_told() throws Exception {
        Lsn damaged = seawall.insertLsn();
        for (int commit = 0; commit < 3; commit++) {
            seawall.value("select pg_logical_emit_message(true, 'systemd', repeat('a', 20000))");
        }
        // Evidence of what was durable is logged every 100 ms while there is any to log.
        Thread.sleep(500);
        Lsn acknowledged = Lsn.parse(seawall.value("select pg_current_wal_flush_lsn()"));
        String segment = InstalledSeawall.CLUSTER + "/pg_wal/" + seawall.value("select pg_walfile_name('" + damaged
                + "')");
        // Killed, so that no checkpoint makes the damage irrelevant; and nobody may start it meanwhile.
        seawall.box().must("systemctl", "kill", "--signal=KILL", "checkpointer.service", "walwriter.service");
        seawall.stop();
        seawall.box().must("cp", "-a", segment, "/var/lib/seawall/kept");
        seawall.box().must("dd", "if=/dev/urandom", "of=" + segment, "bs=1", "count=16", "conv=notrunc", "status=none",
                "seek=" + (damaged.value() % (16 << 20) + 100));

        seawall.box().must("systemctl", "reset-failed");
        seawall.box().run("systemctl", "start", "seawall.target");

        seawall.await("it has failed", () -> seawall.property("walwriter", "ActiveState").equals("failed"));
        assertThat(seawall.property("walwriter", "ExecMainStatus")).isEqualTo("78");
        assertThat(seawall.restarts("walwriter")).isZero();
        assertThat(seawall.box().journal("walwriter.service")).contains("log is damaged", "HINT: Put the segment back");
        seawall.await("somebody is told what to do", () -> seawall.box().journal("seawall-failure@walwriter.service")
                .contains("exited with 78") && seawall.box().journal("seawall-failure@walwriter.service")
                .contains("HINT: The log is damaged before what was durable"));
        assertThat(seawall.box().property("walwriter.socket", "ActiveState")).isEqualTo("inactive");
        Thread.sleep(1500);
        assertThat(seawall.property("walwriter", "ActiveState")).as("the checkpointer's tries do not start it")
                .isEqualTo("failed");
        assertThat(seawall.property("checkpointer", "ActiveState")).isEqualTo("active");

        seawall.box().must("mv", "/var/lib/seawall/kept", segment);
        seawall.run();
        assertThat(seawall.insertLsn()).as("with the segment put back all is there").isGreaterThan(acknowledged);
    }

    @Test
    void a_wrong_setting_is_refused_once() throws Exception {
        seawall.setting("wal_buffers = banana");
        try {
            seawall.box().run("systemctl", "restart", "walwriter.service");

            seawall.await("it has failed", () -> seawall.property("walwriter", "ActiveState").equals("failed"));
            assertThat(seawall.property("walwriter", "ExecMainStatus")).isEqualTo("2");
            assertThat(seawall.restarts("walwriter")).isZero();
            seawall.await("somebody is told what to do", () -> seawall.box()
                    .journal("seawall-failure@walwriter.service").contains("A setting or an option is wrong"));
        } finally {
            seawall.resetSetting("wal_buffers");
        }
    }

    @Test
    void one_that_dies_again_and_again_is_given_up() throws Exception {
        // StartLimitBurst=5, of which none is used up: the one that runs was started before that was reset.
        int deaths = 0;
        while (!seawall.property("archiver", "ActiveState").equals("failed")) {
            assertThat(++deaths).as("deaths").isLessThanOrEqualTo(6);
            int restarts = seawall.restarts("archiver");
            seawall.box().must("systemctl", "kill", "--signal=KILL", "archiver.service");
            seawall.await("the next start, or the end", () -> seawall.property("archiver", "ActiveState")
                    .equals("failed") || seawall.restarts("archiver") > restarts && seawall.pid("archiver") > 0);
        }

        assertThat(seawall.box().journal("archiver.service")).contains("Start request repeated too quickly");
        seawall.await("somebody is told", () -> seawall.box().journal("seawall-failure@archiver.service")
                .contains("archiver has failed for good"));
        assertThat(seawall.value("select 1")).as("the walwriter goes on").isEqualTo("1");
    }
}
