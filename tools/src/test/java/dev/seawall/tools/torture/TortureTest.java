package dev.seawall.tools.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.tools.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kill -9 of a real committing process, some times: `walctl torture` does it as often as one likes.
final class TortureTest {

    private static final int CLUSTERS = 2;
    private static final int KILLS_EACH = 12;
    private static final int MOST_MILLIS = 150;

    @TempDir
    Path directory;

    @Test
    void what_was_acknowledged_is_recovered_after_each_kill() throws Exception {
        long seed = System.nanoTime() % 1_000_000;
        System.out.println("torture with seed " + seed);
        List<FutureTask<KillRun.Outcome>> runs = new ArrayList<>();
        for (int cluster = 0; cluster < CLUSTERS; cluster++) {
            Path home = Files.createDirectory(directory.resolve("cluster" + cluster));
            long own = seed + cluster;
            FutureTask<KillRun.Outcome> run = new FutureTask<>(() -> Torture.run(home, own, MOST_MILLIS, KILLS_EACH,
                    new Progress(System.err, "killing", KILLS_EACH)));
            runs.add(run);
            Thread.ofPlatform().daemon().name("torture-" + cluster).start(run);
        }
        long acknowledged = 0;
        for (FutureTask<KillRun.Outcome> run : runs) {
            acknowledged += run.get().acknowledged();
        }
        assertThat(acknowledged).as("acknowledged transactions, seed " + seed).isPositive();
    }

    @Test
    void a_lost_acknowledged_transaction_is_told() {
        Tally tally = new Tally(2);
        tally.acknowledge(0, 1);
        tally.acknowledge(1, 1);
        tally.acknowledge(1, 2);

        assertThatThrownBy(() -> tally.recovered(new long[] {1, 1}))
                .hasMessageContaining("lost: committer 1 was told that transaction 2 is durable");
    }

    @Test
    void a_transaction_that_nobody_began_is_told() {
        Tally tally = new Tally(1);
        tally.acknowledge(0, 5);

        assertThat(tally.recovered(new long[] {6})).isEqualTo(1);
        assertThatThrownBy(() -> tally.recovered(new long[] {8})).hasMessageContaining("has transaction 8");
    }
}
