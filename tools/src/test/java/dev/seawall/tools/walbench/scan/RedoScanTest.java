package dev.seawall.tools.walbench.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.MemoryLog;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RedoScanTest {

    @TempDir
    private Path directory;

    @Test
    void redo_meets_every_record_of_the_directory() throws Exception {
        MemoryLog log = MemoryLog.small();
        for (int i = 0; i < 1_000; i++) {
            log.message(0, new byte[i * 5]);
        }
        log.writeTo(new LinuxDisk(), directory, 1);

        ScannedLog found = ScannedLog.find(new LinuxDisk(), directory);

        assertThat(found.bytes()).isEqualTo(3L << 20);
        assertThat(new RedoScan(found, directory.resolve("held")).read()).isEqualTo(1_000);
    }
}
