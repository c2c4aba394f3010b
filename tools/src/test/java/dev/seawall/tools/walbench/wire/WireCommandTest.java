package dev.seawall.tools.walbench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.walbench.Walbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WireCommandTest {

    @TempDir
    Path directory;

    @BeforeEach
    void open_to_the_servers_user() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void both_servers_are_measured_and_nothing_is_left_behind() throws IOException {
        Captured json = Captured.run(new Walbench(), "wire", "-D", directory.toString(), "-M", "prepared", "-c", "2",
                "-T", "1", "-r", "1", "-w", "0", "--json");

        assertThat(json.code()).as(json.err()).isZero();
        assertThat(json.out()).contains("\"protocol\":\"prepared\",\"clients\":2").contains("\"failed\":0")
                .contains("\"complaints\":[]").hasLineCount(1);
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void programs_that_are_not_there_are_said_to_be_missing() {
        Captured table = Captured.run(new Walbench(), "wire", "--bindir", directory.toString());
        assertThat(table.code()).isEqualTo(1);
        assertThat(table.err()).contains("pgbench").contains("HINT: Install PostgreSQL 15");
    }
}
