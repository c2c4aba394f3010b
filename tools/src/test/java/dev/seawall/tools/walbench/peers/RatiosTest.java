package dev.seawall.tools.walbench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.walbench.contest.Contestant.Group;
import dev.seawall.tools.walbench.contest.Results;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.ours.DiskContestant;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RatiosTest {

    private static final Load VIRTUAL = new Load(Load.Kind.VIRTUAL, 64, 200);
    private static final Load PLATFORM = new Load(Load.Kind.PLATFORM, 64, 200);
    private static final Load ALONE = new Load(Load.Kind.VIRTUAL, 1, 200);
    private static final Load WINDOW = new Load(Load.Kind.WINDOW, 1000, 200);
    private static final Load DISK = new Load(Load.Kind.DISK, 1, 1);

    private final Results results = new Results();
    private final Entrant ours = new Entrant("ours", Group.SEAWALL);
    private final Entrant quick = new Entrant("quick", Group.PEER);
    private final Entrant steady = new Entrant("steady", Group.PEER);

    @Test
    void the_median_of_the_rounds_counts_and_the_best_peer_is_the_one_to_beat() {
        for (int perSecond : new int[] {300, 100, 200}) {
            ours.reached(results, PLATFORM, perSecond, Duration.ofMillis(250));
        }
        quick.reached(results, PLATFORM, 80, Duration.ofMillis(1000));
        steady.reached(results, PLATFORM, 70, Duration.ofMillis(500));
        // Two of 64 committers at a time.
        new Entrant("few", Group.PEER).reached(results, PLATFORM, 20, Duration.ofMillis(100));

        assertThat(new Ratios(results).all()).satisfiesExactly(
                rate -> {
                    assertThat(rate.value()).isEqualTo(2.5);
                    assertThat(rate.beside()).isEqualTo("quick");
                },
                p99 -> {
                    assertThat(p99.value()).isBetween(0.49, 0.51);
                    assertThat(p99.beside()).isEqualTo("steady");
                });
    }

    @Test
    void a_peer_of_virtual_threads_may_use_platform_threads() {
        ours.reached(results, VIRTUAL, 100, Duration.ofMillis(1));
        quick.reached(results, VIRTUAL, 10, Duration.ofMillis(1));
        quick.reached(results, PLATFORM, 50, Duration.ofMillis(1));

        Ratios.Ratio rate = new Ratios(results).all().getFirst();

        assertThat(rate.value()).isEqualTo(2);
        assertThat(rate.line()).contains("of the rate of quick with platform threads");
    }

    @Test
    void one_committer_and_one_producer_are_compared_with_the_disk() {
        ours.reached(results, ALONE, 90, Duration.ofMillis(1));
        ours.reached(results, WINDOW, 5000, Duration.ofMillis(1));
        new Entrant(DiskContestant.DIRECT, Group.DISK).reached(results, DISK, 100, Duration.ofMillis(1));
        new Entrant(DiskContestant.BANDWIDTH, Group.DISK).reached(results, DISK, 10_000, Duration.ofMillis(1));

        assertThat(new Ratios(results).all()).extracting(Ratios.Ratio::value).containsExactly(0.9, 0.5);
    }

    @Test
    void the_table_has_a_block_for_each_load_and_the_ratio_where_it_is_ours() {
        ours.reached(results, PLATFORM, 200, Duration.ofMillis(2));
        quick.reached(results, PLATFORM, 80, Duration.ofMillis(10));
        ours.reached(results, ALONE, 90, Duration.ofMillis(1));

        assertThat(String.join("\n", new StandingsTable(results).lines()))
                .containsPattern("64 platform threads +a second +p50 +p99")
                .containsPattern("ours & <co> +200 +2.0 ms .* 2.50\n")
                .containsPattern("quick & <co> +80 +10.0 ms .*/s\n")
                .contains("1 virtual thread ");
    }
}
