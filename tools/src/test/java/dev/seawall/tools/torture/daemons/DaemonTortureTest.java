package dev.seawall.tools.torture.daemons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.tools.Progress;
import dev.seawall.witness.PostgresPrograms;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kill -9 of each of the three daemons, three times, under clients that commit and a real pgbench.
final class DaemonTortureTest {

    @TempDir
    Path directory;

    @Test
    void nothing_acknowledged_is_lost_and_the_others_live_on_when_one_of_the_three_is_killed() throws Exception {
        long seed = System.nanoTime() % 1_000_000;
        System.out.println("torture of the daemons with seed " + seed);
        try (Progress progress = new Progress(System.err, "killing", 9)) {
            Report report = DaemonTorture.run(new DaemonTorture.Plan(9, 4, 400, 32 << 20, seed,
                    PostgresPrograms.find("pgbench")), directory, progress);

            System.out.print(report.text());
            assertThat((Long) report.fields().get("acknowledged")).as("seed " + seed).isGreaterThan(100);
            assertThat((Long) report.fields().get("pgbench_transactions")).as("seed " + seed).isPositive();
        }
    }

    @Test
    void a_number_that_was_acknowledged_and_is_not_in_the_log_is_told() throws Exception {
        LogLedger ledger = LogLedger.of(java.util.Map.of(3, java.util.List.of(1, 2)));
        BitSet acknowledged = new BitSet();
        acknowledged.set(1, 4);

        assertThatThrownBy(() -> ledger.compare(3, acknowledged, 4))
                .hasMessageContaining("lost: committer 3 was told that {3}");
    }

    @Test
    void a_number_that_is_there_twice_or_was_never_sent_is_told() {
        assertThatThrownBy(() -> LogLedger.of(java.util.Map.of(3, java.util.List.of(1, 1))))
                .hasMessageContaining("twice: committer 3");
        assertThatThrownBy(() -> LogLedger.of(java.util.Map.of(3, java.util.List.of(1, 9))).compare(3, new BitSet(), 8))
                .hasMessageContaining("never sent 9");
        assertThat(LogLedger.of(java.util.Map.of(3, java.util.List.of(1, 9))).compare(3, new BitSet(), 9)).isEqualTo(2);
    }
}
