package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// Which way is gone how often, by what each gets done.
class BetterWayTest {

    private static final long STEP_NANOS = 100_000;

    private final BetterWay way = new BetterWay();
    private final Random random = new Random(1);
    private long now;

    /// Goes on for a while.
    ///
    /// @param noise by how much a step's amount is more or less, as a share
    /// @return the share of it that went the first way
    private double go(double seconds, double first, double second, double noise) {
        long end = now + (long) (seconds * 1e9);
        long steps = 0;
        long firstSteps = 0;
        while (now < end) {
            now += STEP_NANOS;
            steps++;
            boolean isFirst = way.isFirst();
            firstSteps += isFirst ? 1 : 0;
            double amount = (isFirst ? first : second) * (1 + noise * (2 * random.nextDouble() - 1));
            way.did(Math.round(amount), now);
        }
        return (double) firstSteps / steps;
    }

    @Test
    void the_first_is_kept_where_it_is_better_and_the_other_tried_now_and_then() {
        go(1, 130, 100, 0.9);
        assertThat(go(10, 130, 100, 0.9)).isBetween(0.95, 0.99);
    }

    @Test
    void the_second_is_taken_where_that_is_better() {
        go(1, 100, 130, 0.9);
        assertThat(go(10, 100, 130, 0.9)).isBetween(0.01, 0.05);
    }

    @Test
    void what_was_better_is_left_when_the_load_has_changed() {
        go(10, 130, 100, 0.5);
        go(2, 100, 130, 0.5);
        assertThat(go(5, 100, 130, 0.5)).isLessThan(0.1);
    }

    @Test
    void time_without_work_says_nothing() {
        go(1, 100, 130, 0.1);
        for (int i = 0; i < 1_000; i++) {
            now += 50_000_000;
            way.did(1, now);
            now += 5_000_000;
            way.did(0, now);
        }
        assertThat(way.isFirst()).isFalse();
    }
}
