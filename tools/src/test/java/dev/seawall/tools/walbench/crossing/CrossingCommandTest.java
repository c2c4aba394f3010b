package dev.seawall.tools.walbench.crossing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CrossingCommandTest {

    @TempDir
    private Path directory;

    @Test
    void commits_that_cross_are_told_apart_and_nothing_is_left() {
        Captured ran = Captured.run(new CrossingCommand(), "-d", directory.toString(), "-T", "1", "-s", "1000000");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).containsPattern("into the next segment +[1-9]")
                .containsPattern("within a segment +[1-9]");
        assertThat(directory).isEmptyDirectory();
    }
}
