package dev.seawall.tools.walbench.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointCommandTest {

    @TempDir
    private Path directory;

    @Test
    void every_page_is_written_beside_commits_and_nothing_is_left() throws Exception {
        Captured ran = Captured.run(new CheckpointCommand(), "-d", directory.toString(), "--size", "2MB", "--rate", "0",
                "-T", "0.2", "-c", "2", "--flush-after", "0,64kB", "--json");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("\"checkpoint_flush_after_bytes\":0,", "\"checkpoint_flush_after_bytes\":65536,",
                "\"pages\":256,", "\"ratio_of_p99\":");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }
}
