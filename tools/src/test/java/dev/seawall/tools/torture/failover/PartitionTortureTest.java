package dev.seawall.tools.torture.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Directories;
import dev.seawall.tools.Progress;
import dev.seawall.tools.torture.daemons.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A primary that is cut off from its two standbys, of which one is promoted, and that follows when the
/// network is back: a short run of `walctl torture --partition`.
final class PartitionTortureTest {

    private Path directory;
    private final long seed = System.nanoTime() % 1_000_000;

    @BeforeEach
    void make() throws IOException {
        // Short, for the sockets' paths.
        directory = Files.createTempDirectory(Path.of("/tmp"), "swp");
    }

    @AfterEach
    void remove() throws IOException {
        Directories.remove(directory);
    }

    @Test
    void nothing_acknowledged_is_lost_when_the_network_is_cut_and_the_old_primary_follows_the_new_one()
            throws Exception {
        String obstacle = Network.obstacle();
        if (!obstacle.isEmpty()) {
            System.out.println("No partition was tried, for lack of network namespaces: " + obstacle);
            return;
        }
        try (Progress progress = new Progress(System.err, "cutting", 1)) {
            Report report = PartitionTorture.run(new PartitionTorture.Plan(1, 2, 300, seed), directory, progress);
            System.out.print(report.text());
            assertThat((Long) report.fields().get("acknowledged")).as("seed " + seed).isGreaterThan(20);
            assertThat(report.fields()).as("seed " + seed).containsEntry("timelines", 2)
                    .containsEntry("followers_that_the_old_primary_was_refused", 1);
        }
    }
}
