package dev.seawall.tools.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.daemon.Supervisor;
import dev.seawall.wal.disk.NotifyReceiver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemdSupervisorTest {

    private static final long PID = 4711;

    @TempDir
    Path directory;

    private Map<String, String> environment(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", socket()));
        for (int at = 0; at < namesAndValues.length; at += 2) {
            environment.put(namesAndValues[at], namesAndValues[at + 1]);
        }
        return environment;
    }

    private String socket() {
        return directory.resolve("notify").toString();
    }

    @Test
    void without_a_notify_socket_nobody_is_told() throws IOException {
        assertThat(SystemdSupervisor.of(Map.of(), PID)).isSameAs(Supervisor.NONE);
        assertThat(SystemdSupervisor.of(Map.of("NOTIFY_SOCKET", "", "WATCHDOG_USEC", "1000000"), PID))
                .isSameAs(Supervisor.NONE);
    }

    @Test
    void a_life_is_told_as_systemd_reads_it() throws IOException {
        try (NotifyReceiver systemd = new NotifyReceiver(socket())) {
            Supervisor supervisor = SystemdSupervisor.of(environment(), PID);

            supervisor.ready("taking commits at 0/16B3748");
            assertThat(systemd.receive(1000)).contains("READY=1\nSTATUS=taking commits at 0/16B3748");
            supervisor.reloading();
            assertThat(systemd.receive(1000).orElseThrow()).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
            supervisor.ready("taking commits");
            assertThat(systemd.receive(1000)).contains("READY=1\nSTATUS=taking commits");
            supervisor.stopping("last checkpoint");
            assertThat(systemd.receive(1000)).contains("STOPPING=1\nSTATUS=last checkpoint");
        }
    }

    @Test
    void a_status_is_one_line_and_told_when_it_changes() throws IOException {
        try (NotifyReceiver systemd = new NotifyReceiver(socket())) {
            Supervisor supervisor = SystemdSupervisor.of(environment(), PID);

            supervisor.ready("up");
            supervisor.status("up");
            supervisor.status("no space\nHINT: make some");
            supervisor.status("no space\nHINT: make some");
            supervisor.status("up");

            assertThat(systemd.receive(1000)).contains("READY=1\nSTATUS=up");
            assertThat(systemd.receive(1000)).contains("STATUS=no space HINT: make some");
            assertThat(systemd.receive(1000)).contains("STATUS=up");
            assertThat(systemd.receive(0)).isEmpty();
        }
    }

    @Test
    void the_watchdog_is_ticked_twice_in_its_time() throws IOException {
        assertThat(SystemdSupervisor.of(environment("WATCHDOG_USEC", "3000000"), PID).watchdogInterval())
                .contains(Duration.ofMillis(1500));
        assertThat(SystemdSupervisor.of(environment("WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "4711"), PID)
                .watchdogInterval()).contains(Duration.ofMillis(1500));
    }

    @Test
    void a_watchdog_for_another_process_or_none_is_not_ticked() throws IOException {
        assertThat(SystemdSupervisor.of(environment(), PID).watchdogInterval()).isEmpty();
        assertThat(SystemdSupervisor.of(environment("WATCHDOG_USEC", "0"), PID).watchdogInterval()).isEmpty();
        assertThat(SystemdSupervisor.of(environment("WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "1"), PID)
                .watchdogInterval()).isEmpty();
    }

    @Test
    void a_stop_may_take_longer_as_long_as_the_watchdog_is_fed() throws IOException {
        try (NotifyReceiver systemd = new NotifyReceiver(socket())) {
            Supervisor supervisor = SystemdSupervisor.of(environment("WATCHDOG_USEC", "3000000"), PID);
            supervisor.watchdogTick();
            supervisor.stopping("last checkpoint");
            supervisor.watchdogTick();

            assertThat(systemd.receive(1000)).contains("WATCHDOG=1");
            assertThat(systemd.receive(1000)).contains("STOPPING=1\nSTATUS=last checkpoint");
            assertThat(systemd.receive(1000)).contains("WATCHDOG=1\nEXTEND_TIMEOUT_USEC=6000000");
        }
    }

    @Test
    void a_systemd_that_does_not_listen_ends_nothing() throws IOException {
        String log = logOf(() -> {
            Supervisor supervisor = SystemdSupervisor.of(environment("WATCHDOG_USEC", "3000000"), PID);
            supervisor.ready("up");
            supervisor.watchdogTick();
        });

        assertThat(log).as("said once").containsOnlyOnce("systemd was not told");
    }

    @Test
    void variables_that_are_not_understood_end_nothing() {
        assertThat(logOf(() -> assertThat(SystemdSupervisor.of(environment("WATCHDOG_USEC", "soon"), PID))
                .isSameAs(Supervisor.NONE))).contains("systemd is not told", "soon");
        assertThat(logOf(() -> assertThat(SystemdSupervisor.of(environment("NOTIFY_SOCKET", "vsock:2"), PID))
                .isSameAs(Supervisor.NONE))).contains("systemd is not told", "vsock:2");
    }

    private static String logOf(Runnable work) {
        PrintStream real = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            work.run();
        } finally {
            System.setErr(real);
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}
