package dev.seawall.tools.walbench.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class OutcomeTest {

    @Test
    void a_line_says_everything_that_was_measured() {
        Histogram latency = Measurement.newHistogram();
        latency.recordValueWithCount(120_000, 900);
        latency.recordValueWithCount(4_000_000, 100);
        Outcome outcome = new Outcome(new Measurement(new Load(Load.Kind.WINDOW, 100, 200), 64_000,
                Duration.ofMillis(1500), 14_000_000, latency), "redo 3.0 kB behind");

        Outcome read = Outcome.parse(outcome.line());

        assertThat(read).isEqualTo(outcome);
        assertThat(read.measurement().at(99)).isEqualTo(outcome.measurement().at(99)).isGreaterThan(
                Duration.ofMillis(3));
    }

    @Test
    void what_is_no_outcome_is_refused() {
        assertThatThrownBy(() -> Outcome.parse("WARNING: something else")).hasMessageContaining("no outcome");
    }
}
