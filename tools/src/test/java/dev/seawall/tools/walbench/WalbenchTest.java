package dev.seawall.tools.walbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalbenchTest {

    @TempDir
    Path directory;

    @Test
    void every_load_is_measured_and_nothing_is_left_behind() throws IOException {
        Captured table = Captured.run(new Walbench(), "-d", directory.toString(), "-T", "0.1", "-c", "1,8", "-f", "100",
                "-m", "fdatasync,open_datasync", "--set", "wal_segment_size=1MB");

        assertThat(table.code()).as(table.err()).isZero();
        assertThat(table.out()).contains("disk: 4 KiB O_DIRECT|O_DSYNC").contains("wal_sync_method = fdatasync")
                .contains("wal_sync_method = open_datasync").contains("1 virtual thread ").contains("8 virtual threads")
                .contains("100 on their way");
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void scripts_get_json() {
        Captured json = Captured.run(new Walbench(), "-d", directory.toString(), "-T", "0.1", "-c", "2", "-f", "10",
                "--threads", "platform", "-o", "message", "--json");

        assertThat(json.code()).as(json.err()).isZero();
        assertThat(json.out()).startsWith("{\"operation\":\"message\",\"bytes\":100,\"threads\":\"platform\"")
                .contains("\"load\":\"2 platform threads\"").contains("\"p999_us\":").hasLineCount(1);
    }
}
