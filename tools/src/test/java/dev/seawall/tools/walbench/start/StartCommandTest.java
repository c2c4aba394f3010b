package dev.seawall.tools.walbench.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.walbench.Walbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StartCommandTest {

    @TempDir
    private Path directory;

    @Test
    void a_killed_walwriter_takes_a_commit_again_and_nothing_is_left() throws IOException {
        Captured ran = Captured.run(new Walbench(), "start", "-d", directory.toString(), "--size", "20MB", "-s",
                "100000", "-r", "1", "--json");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("\"log_bytes\":20971520,\"message_bytes\":100000,").hasLineCount(1);
        Matcher read = Pattern.compile("\"segment_bytes_read\":([0-9]+)").matcher(ran.out());
        assertThat(read.find()).isTrue();
        assertThat(Long.parseLong(read.group(1))).as("all that was written").isGreaterThan(20971520);
        assertThat(ran.out()).containsPattern("\"start_seconds_of_each_round\":\\[[0-9.]+]")
                .containsPattern("\"ratio\":[0-9.]+,");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"--size, 5 apples", "--size, 1kB", "--rounds, 0", "--message, 0", "--message, 100000000"})
    void what_makes_no_sense_is_refused_before_anything_is_made(String option, String value) throws IOException {
        Captured ran = Captured.run(new Walbench(), "start", "-d", directory.toString(), option, value);

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(option);
        try (Stream<Path> made = Files.list(directory)) {
            assertThat(made).isEmpty();
        }
    }
}
