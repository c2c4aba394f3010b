package dev.seawall.tools.walbench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrowthCommandTest {

    @TempDir
    private Path directory;

    @Test
    void each_step_doubles_one_thing_and_nothing_is_left() throws Exception {
        Captured ran = Captured.run(new GrowthCommand(), "-d", directory.toString(), "-T", "0.05", "-r", "1",
                "--share", "0.002");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("1 committers", "2 committers", "64 bytes a record", "131 bytes a record",
                "64.0 MB of log", "8 segments in pg_wal", "16 segments in pg_wal", "20 segments in pg_wal", "####");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }
}
