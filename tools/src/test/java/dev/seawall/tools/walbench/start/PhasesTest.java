package dev.seawall.tools.walbench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PhasesTest {

    private static final Instant KILLED = Instant.parse("2026-01-02T03:04:05.000Z");
    private static final String LOG = """
            2026-01-02 04:04:05.300+01:00 INFO LogScan - reading the log from=0/1000028
            2026-01-02 03:04:06.500Z INFO LogScan - log read end=0/41000028 reason="zero"
            2026-01-02 03:04:06.600Z INFO Server - listening on /x
            2026-01-02 03:04:06.650Z INFO Daemon - walwriter ready pid=1 timeline 1
            """;

    @Test
    void a_start_is_the_sum_of_its_phases() throws IOException {
        assertThat(Phases.of(LOG, KILLED, KILLED.plusMillis(1700)).values()).containsExactly(Duration.ofMillis(300),
                Duration.ofMillis(1200), Duration.ofMillis(150), Duration.ofMillis(50));
    }

    @Test
    void a_client_may_be_in_before_the_daemon_says_that_it_is_ready() throws IOException {
        assertThat(Phases.of(LOG, KILLED, KILLED.plusMillis(1600)).values()).last().isEqualTo(Duration.ZERO);
    }

    @Test
    void a_log_without_the_scan_is_no_start() {
        assertThatThrownBy(() -> Phases.of(LOG.replace("log read", "nothing"), KILLED, KILLED))
                .isInstanceOf(IOException.class).hasMessageContaining("log read end=");
    }
}
