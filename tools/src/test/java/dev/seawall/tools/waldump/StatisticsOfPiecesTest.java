package dev.seawall.tools.waldump;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.MemoryLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sums of several threads are those of one, and of pg_waldump.
final class StatisticsOfPiecesTest {

    private static final Lsn START = new Lsn(0x10_0000);

    @TempDir
    private Path directory;

    private final MemoryLog log = MemoryLog.small();
    private MemoryLog.Placed last;

    @BeforeEach
    void write_a_log_of_many_segments_with_records_longer_than_one() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            int bytes = i % 700 == 350 ? 2_500_000 : random.nextInt(random.nextInt(9_000) + 1);
            last = log.message(0, new byte[bytes]);
        }
        log.writeTo(new LinuxDisk(), directory, 1);
    }

    private void agree() {
        for (String kind : List.of("--stats", "--stats=record")) {
            BothDumps.agreeOn(kind, "-p", directory.toString(), "-s", "0/100000");
        }
        BothDumps.agreeOn("-z", "-p", directory.toString(), "-s", "0/100000", "-e", last.start().toString());
        BothDumps.agreeOn("-z", "-p", directory.toString(), "-s", "0/100000", "-r", "Transaction");
    }

    @Test
    void all_of_a_good_log_is_summed_up() throws Exception {
        agree();
    }

    @Test
    void nothing_behind_a_damaged_record_counts() throws Exception {
        log.flip(log.layout().startOf(START).plus(5_300_000));
        log.writeTo(new LinuxDisk(), directory, 1);

        agree();
    }

    @Test
    void nothing_behind_a_missing_segment_counts() throws Exception {
        Files.delete(directory.resolve("000000010000000000000005"));

        agree();
    }
}
