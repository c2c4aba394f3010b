package dev.seawall.tools.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuickstartTest {

    @TempDir
    Path directory;

    @Test
    void the_whole_story_is_told_on_the_default_input_and_every_check_holds() {
        Captured told = Captured.run(new Quickstart(), "--data", directory.resolve("q").toString());

        assertThat(told.code()).as(told.out() + told.err()).isZero();
        assertThat(told.out()).contains("4,641 lines of tzdata.zi").contains("public domain")
                .contains("died of SIGKILL").contains("every acknowledged transaction is there")
                .contains("the copy holds exactly the first half: lines 1 to 2,320")
                .contains("All 7 checks held").contains("Try next:").doesNotContain("FAILED");
    }

    @Test
    void lines_longer_than_pages_and_empty_ones_come_through() throws IOException {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 40; line++) {
            text.append("x".repeat(line % 3 == 0 ? 0 : random.nextInt(60_000))).append('\n');
        }
        Path input = Files.writeString(directory.resolve("input"), text + "the last has no line end");

        Captured told = Captured.run(new Quickstart(),
                "--input", input.toString(), "--data", directory.resolve("q").toString());

        assertThat(told.code()).as(told.out() + told.err()).isZero();
        assertThat(told.out()).contains("41 lines of " + input).contains("All 7 checks held");
    }

    @Test
    void a_file_too_short_for_a_story_is_refused() throws IOException {
        Path input = Files.writeString(directory.resolve("input"), "one\ntwo\n");

        Captured told = Captured.run(new Quickstart(), "--input", input.toString());

        assertThat(told.code()).isEqualTo(2);
        assertThat(told.err()).contains("has only 2 lines").contains("HINT: ");
    }

    @Test
    void a_directory_with_something_in_it_is_left_alone() throws IOException {
        Files.writeString(directory.resolve("precious"), "x");

        Captured told = Captured.run(new Quickstart(), "--data", directory.toString());

        assertThat(told.code()).isEqualTo(5);
        assertThat(told.err()).contains("is not empty");
        assertThat(directory.resolve("precious")).hasContent("x");
    }

    @Test
    void an_input_that_is_not_there_is_said_so() {
        Captured told = Captured.run(new Quickstart(), "--input", directory.resolve("none").toString());

        assertThat(told.code()).isEqualTo(1);
        assertThat(told.err()).contains("there is no \"" + directory.resolve("none"));
    }
}
