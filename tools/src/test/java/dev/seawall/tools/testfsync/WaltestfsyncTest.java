package dev.seawall.tools.testfsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WaltestfsyncTest {

    @TempDir
    Path directory;

    @Test
    void every_method_is_measured_settings_are_recommended_and_nothing_is_left_behind() throws IOException {
        Captured table = Captured.run(new Waltestfsync(), "-d", directory.toString(), "--quick");

        assertThat(table.code()).as(table.err()).isZero();
        assertThat(table.out()).contains("mounted at ").contains("\n4.0 kB durable").contains("\n64.0 kB durable")
                .contains("  open_datasync, buffered ").contains("  fsync, buffered ")
                .contains("  fdatasync with nothing to write ").contains("  growing ")
                .contains("  8 in one write, ").contains("  8 by threads, ")
                .containsPattern("\n  wal_sync_method = \\w+ +# ").containsPattern("\n  wal_init_zero = (on|off) +# ");
        assertThat(table.err()).as("no progress but on a terminal").isEmpty();
        assertEmpty();
    }

    @Test
    void scripts_get_json() throws IOException {
        Captured json = Captured.run(new Waltestfsync(), "-d", directory.toString(), "--quick", "--json");

        assertThat(json.code()).as(json.err()).isZero();
        assertThat(json.out()).hasLineCount(1).startsWith("{\"directory\":\"" + directory.toRealPath())
                .contains("\"storage\":{\"file_system\":\"").contains("\"key\":\"methods_4096\"")
                .contains("\"key\":\"files\"").contains("\"p999_us\":").contains("\"dangerous\":")
                .containsPattern("\"settings\":\\{\"wal_sync_method\":\"\\w+\",\"wal_direct_io\":\"(on|off)\"");
        assertEmpty();
    }

    @Test
    void a_directory_that_is_not_there_is_not_found() {
        Captured missing = Captured.run(new Waltestfsync(), "-d", directory.resolve("none").toString());

        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("none").doesNotContain("\tat ");
    }

    private void assertEmpty() throws IOException {
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }
}
