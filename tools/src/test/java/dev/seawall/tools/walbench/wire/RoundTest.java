package dev.seawall.tools.walbench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.tools.walbench.server.PgbenchReport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class RoundTest {

    private static final String OUTPUT = """
            pgbench (15.14 (Debian 15.14-0+deb12u1))
            transaction type: /tmp/script.sql
            scaling factor: 1
            query mode: simple
            number of clients: 8
            number of threads: 2
            maximum number of tries: 1
            duration: 2 s
            number of transactions actually processed: 9021
            number of failed transactions: 3 (0.033%)
            latency average = 1.773 ms
            initial connection time = 9.371 ms
            tps = 4512.301882 (without initial connection time)
            """;

    @Test
    void what_pgbench_says_is_read() throws IOException {
        assertThat(PgbenchReport.parse(OUTPUT)).isEqualTo(new PgbenchReport(9021, 3, 1.773, 4512.301882));
    }

    @Test
    void a_report_that_is_cut_off_is_none() {
        assertThatThrownBy(() -> PgbenchReport.parse(OUTPUT.substring(0, OUTPUT.indexOf("tps"))))
                .isInstanceOf(IOException.class).hasMessageContaining("tps");
    }

    @Test
    void commits_are_found_in_pg_waldumps_statistics() {
        String statistics = """
                WAL statistics between 0/1000000 and 0/2000000:
                Type                                           N      (%)          Record size      (%)
                ----                                           -      ---          -----------      ---
                Transaction/COMMIT                          1234 ( 49.90)                41956 ( 12.30)
                Transaction/ABORT                              2 (  0.10)                   68 (  0.02)
                LogicalMessage/MESSAGE                      1234 ( 49.90)               312202 ( 87.68)
                """;
        assertThat(Round.commitsIn(statistics)).isEqualTo(1234);
        assertThat(Round.commitsIn("nothing")).isZero();
    }

    @Test
    void a_commit_that_is_missing_in_the_log_is_a_complaint() {
        PgbenchReport hundred = new PgbenchReport(100, 0, 1, 1);
        assertThat(new Round.Outcome(hundred, 100).complaint()).isNull();
        assertThat(new Round.Outcome(hundred, 99).complaint()).contains("100").contains("99");
        assertThat(new Round.Outcome(new PgbenchReport(100, 1, 1, 1), 100).complaint())
                .contains("1 transactions failed");
    }
}
