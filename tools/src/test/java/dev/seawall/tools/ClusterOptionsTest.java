package dev.seawall.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class ClusterOptionsTest {

    @Command
    private static final class Line {
        @Mixin
        final ClusterOptions cluster = new ClusterOptions();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-D /data", "-D data -c port=5433", "-c port=1 -D /x -c listen_addresses=",
        "-D /x -c archive_command=a=b"})
    void a_plain_line_means_what_picocli_takes_it_for(String line) {
        Line parsed = new Line();
        new CommandLine(parsed).parseArgs(line.split(" "));

        ClusterOptions plain = ClusterOptions.ofPlain(line.split(" "));

        assertThat(plain).isNotNull();
        assertThat(plain.directory()).isEqualTo(parsed.cluster.directory());
        assertThat(plain.overrides()).isEqualTo(parsed.cluster.overrides());
    }

    @Test
    void of_a_plain_line_all_is_kept() {
        ClusterOptions plain = ClusterOptions.ofPlain(new String[] {"-D", "/a b", "-c", "x=y z"});

        assertThat(plain).isNotNull();
        assertThat(plain.directory()).isEqualTo(Path.of("/a b"));
        assertThat(plain.overrides()).isEqualTo(Map.of("x", "y z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "-D", "-D /x -D /y", "-D /x --set a=b", "-D /x -c a", "-D /x -c =b",
        "-D /x -c a=b -c a=c", "-D @file", "-D -c a=b", "-c a=b", "/x", "-D /x more", "-D=/x", "-D/x"})
    void every_other_line_is_picoclis(String line) {
        assertThat(ClusterOptions.ofPlain(line.isEmpty() ? new String[0] : line.split(" "))).isNull();
    }
}
