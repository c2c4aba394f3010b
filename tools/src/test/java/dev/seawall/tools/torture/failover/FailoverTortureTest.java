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

/// A primary and two standbys under load, whose primary is killed for good: a short run of
/// `walctl torture --failover`.
final class FailoverTortureTest {

    private Path directory;
    private final long seed = System.nanoTime() % 1_000_000;

    @BeforeEach
    void make() throws IOException {
        // Short, for the sockets' paths.
        directory = Files.createTempDirectory(Path.of("/tmp"), "swf");
    }

    @AfterEach
    void remove() throws IOException {
        Directories.remove(directory);
    }

    @Test
    void nothing_acknowledged_is_lost_when_the_primary_dies_and_all_three_agree_again() throws Exception {
        try (Progress progress = new Progress(System.err, "killing", 1)) {
            Report report = FailoverTorture.run(new FailoverTorture.Plan(1, 2, 300, seed), directory, progress);
            System.out.print(report.text());
            assertThat((Long) report.fields().get("acknowledged")).as("seed " + seed).isGreaterThan(20);
            assertThat(report.fields()).as("seed " + seed).containsEntry("timelines", 2);
        }
    }
}
