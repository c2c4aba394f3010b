package dev.seawall.tools.walbench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.walbench.Walbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeersCommandTest {

    @TempDir
    Path directory;

    @Test
    void each_has_its_turn_in_a_process_of_its_own_and_nothing_is_left_behind() throws IOException {
        Path chart = directory.resolve("chart.svg");
        Path parent = Files.createDirectory(directory.resolve("here"));

        Captured told = Captured.run(new Walbench(), "peers", "-d", parent.toString(), "-T", "0.1", "-w", "0.1", "-r",
                "1", "-c", "2", "--threads", "virtual", "-f", "0", "-L", "0", "--peers", "nothing", "--plot",
                "--chart", chart.toString());

        assertThat(told.code()).as(told.err()).isZero();
        assertThat(told.out()).contains("the disk alone", "4 KiB, O_DIRECT|O_DSYNC", "2 MiB", "2 virtual threads",
                "Seawall, log alone, open_datasync", "Seawall, all of it", "nothing at all",
                "a seawall:open_datasync", "segments (");
        assertThat(chart).content().startsWith("<svg").contains("Seawall, log alone");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whoever_is_not_there_is_told_who_is() {
        Captured told = Captured.run(new Walbench(), "peers", "--peers", "leveldb");

        assertThat(told.code()).isEqualTo(2);
        assertThat(told.err()).contains("no contestant \"leveldb\"", "seawall:fdatasync", "disk-direct", "tools/peers");
    }

    @Test
    void a_turn_that_fails_is_told_with_its_last_words() {
        Captured told = Captured.run(new Walbench(), "peers", "-d", directory.toString(), "-T", "0.1", "-w", "0", "-r",
                "1", "-c", "1", "--threads", "virtual", "-f", "0", "-L", "0", "--peers", "none", "--ours", "broken");

        assertThat(told.code()).isEqualTo(4);
        assertThat(told.err()).contains("broken, round 1", "exit code 1", "it was never meant to open");
    }
}
