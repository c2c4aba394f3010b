package dev.seawall.tools.walbench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.walbench.server.PgbenchReport;
import org.junit.jupiter.api.Test;

final class ComparisonTest {

    private static PgbenchReport report(double perSecond, double millis) {
        return new PgbenchReport(Math.round(perSecond), 0, millis, perSecond);
    }

    @Test
    void a_row_has_both_medians_and_their_ratio() {
        Comparison comparison = new Comparison(new Load(Load.Protocol.EXTENDED, 32, 2, 5));
        comparison.add(report(1000, 3), report(2000, 1));
        comparison.add(report(4000, 1), report(9000, 9));
        comparison.add(report(2000, 2), report(3000, 2));

        assertThat(comparison.ratio()).isEqualTo(1.5);
        assertThat(comparison.row()).contains("extended").contains(" 32 ").contains("2,000   2.000 ms")
                .contains("3,000   2.000 ms").contains(" 1.50 ").endsWith("2.00 2.25 1.50");
        assertThat(comparison.json()).containsEntry("ratio", 1.5).containsEntry("protocol", "extended");
    }

    @Test
    void pgbench_gets_no_more_threads_than_clients() {
        assertThat(new Load(Load.Protocol.PREPARED, 1, 8, 3).arguments("script.sql"))
                .containsExactly("-n", "-f", "script.sql", "-M", "prepared", "-c", "1", "-j", "1", "-T", "3");
    }
}
