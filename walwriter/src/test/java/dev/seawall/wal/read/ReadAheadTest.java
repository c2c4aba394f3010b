package dev.seawall.wal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadAheadTest {

    private static final TimelineHistory ROOT = TimelineHistory.root(TimelineId.FIRST);

    @TempDir
    private Path directory;

    private final LinuxDisk disk = new LinuxDisk();
    private final MemoryLog log = MemoryLog.small();
    private final PageLayout layout = log.layout();
    private final Lsn start = new Lsn(layout.segmentBytes());

    private void writeLog() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 1_500; i++) {
            log.message(0, new byte[i % 400 == 200 ? 1_800_000 : random.nextInt(9_000)]);
        }
        log.writeTo(disk, directory, 1);
    }

    private SegmentFiles files() {
        return SegmentFiles.direct(disk, directory, layout, ROOT);
    }

    /// All that a reader says, to the reason why it ends.
    private List<String> read(LogBytes from) throws IOException {
        List<String> said = new ArrayList<>();
        try (WalReader reader = new WalReader(from, layout)) {
            reader.seek(start);
            ReadOutcome.NoRecord none = reader.step();
            while (none == null) {
                said.add(reader.start() + " " + reader.inPlace().totalLength());
                none = reader.step();
            }
            said.add(none.toString());
        }
        return said;
    }

    @Test
    void a_log_reads_the_same_ahead_as_without() throws IOException {
        writeLog();
        List<String> expected = read(files());

        assertThat(expected).hasSize(1_501);
        assertThat(read(new ReadAhead(files(), layout, start))).isEqualTo(expected);
    }

    @Test
    void a_missing_segment_and_a_short_one_are_met_in_their_turn() throws IOException {
        writeLog();
        Path fifth = directory.resolve("000000010000000000000005");
        try (var channel = java.nio.channels.FileChannel.open(fifth, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(100_000);
        }
        assertThat(read(new ReadAhead(files(), layout, start))).isEqualTo(read(files()))
                .last().asString().contains("could not read from file \"000000010000000000000005\"");

        Files.delete(fifth);
        assertThat(read(new ReadAhead(files(), layout, start))).isEqualTo(read(files()))
                .last().asString().contains("could not find file \"000000010000000000000005\"");
    }

    @Test
    void who_jumps_about_gets_the_right_pages() throws IOException {
        writeLog();
        try (ReadAhead ahead = new ReadAhead(files(), layout, start); WalReader reader = new WalReader(ahead, layout);
                WalReader plain = new WalReader(files(), layout)) {
            for (long at : new long[] {0x30_0000, 0x10_0000, 0x45_6000, 0x20_2000}) {
                assertThat(reader.findFirst(new Lsn(at))).isEqualTo(plain.findFirst(new Lsn(at)));
                for (int i = 0; i < 50; i++) {
                    assertThat(reader.next()).isEqualTo(plain.next());
                }
            }
        }
    }

    @Test
    void it_can_be_closed_before_its_end() throws IOException {
        writeLog();
        ReadAhead ahead = new ReadAhead(files(), layout, start);
        WalReader reader = new WalReader(ahead, layout);
        reader.seek(start);
        assertThat(reader.step()).isNull();

        ahead.close();

        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(
                thread -> thread.getName().equals("read-ahead") && thread.isAlive());
    }
}
