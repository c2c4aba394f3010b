package dev.seawall.tools.walbench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class LatenciesTest {

    @Test
    void a_bucket_is_within_one_percent_of_what_is_in_it() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong() >>> (1 + random.nextInt(62));

            long told = Latencies.valueOf(Latencies.bucketOf(nanos));

            assertThat((double) told).as("%d", nanos).isCloseTo(nanos, within(nanos / 128.0));
        }
    }

    @Test
    void buckets_go_up_without_a_gap() {
        int last = -1;
        for (long nanos = 0; nanos < 100_000; nanos++) {
            int bucket = Latencies.bucketOf(nanos);

            assertThat(bucket - last).isBetween(0, 1);
            last = bucket;
        }
    }

    @Test
    void every_thread_counts() {
        Latencies latencies = new Latencies(100);
        for (int thread = 0; thread < 100; thread++) {
            latencies.record(thread, 1_000L * (thread + 1));
        }

        Histogram all = latencies.histogram();

        assertThat(all.getTotalCount()).isEqualTo(100);
        assertThat((double) all.getValueAtPercentile(50)).isCloseTo(50_000, within(1_000.0));
        assertThat((double) all.getMaxValue()).isCloseTo(100_000, within(2_000.0));
    }
}
