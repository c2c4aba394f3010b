package dev.seawall.tools.walbench.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.walbench.Walbench;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AllocationCommandTest {

    @TempDir
    Path directory;

    @Test
    void every_kind_of_record_is_counted_and_nothing_is_left_behind() {
        Captured table = Captured.run(new Walbench(), "allocation", "-d", directory.toString(), "-n", "2000");

        assertThat(table.code()).as(table.err()).isZero();
        assertThat(table.out()).containsPattern("message +2,000 records +[0-9.]+ bytes each")
                .containsPattern("transaction +20 records +[0-9.]+ bytes each").hasLineCount(6);
        assertThat(directory).isEmptyDirectory();
    }
}
