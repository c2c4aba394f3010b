package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who follows the log reads what the buffers have, and the files for the rest; the memory stays while he does.
class RecentPagesTest {

    @TempDir
    Path directory;

    private final Disk disk = new LinuxDisk();

    private Wal open(int bufferBytes) throws IOException {
        return Wal.open(EmptyLog.in(disk, directory, 731), WalOptions.DEFAULT.withBufferBytes(bufferBytes), disk,
                new SystemWorld());
    }

    private static void log(Wal wal, int messages) {
        MessageAppender appender = wal.messages("app");
        long end = 0;
        for (int i = 0; i < messages; i++) {
            end = appender.append(ByteBuffer.allocate(1_000));
        }
        appender.flush(end);
    }

    private static int count(WalReader reader) throws IOException {
        int records = 0;
        while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
            records += record.body().remaining() > 1_000 ? 1 : 0;
        }
        return records;
    }

    @Test
    void what_the_buffers_have_is_not_read_from_the_files() throws Exception {
        try (Wal wal = open(1 << 20)) {
            log(wal, 100);
            try (var files = Files.list(directory.resolve("pg_wal"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.write(file, new byte[1 << 20]);
                }
            }
            try (WalReader reader = wal.read(EmptyLog.START)) {
                assertThat(count(reader)).isEqualTo(100);
            }
        }
    }

    @Test
    void what_they_have_no_more_is_read_from_the_files() throws Exception {
        try (Wal wal = open(64 << 10)) {
            log(wal, 500);
            try (WalReader reader = wal.read(EmptyLog.START)) {
                assertThat(count(reader)).isEqualTo(500);
            }
        }
    }

    @Test
    void a_reader_outlives_the_log_may_be_closed_twice_and_may_come_late() throws Exception {
        Wal wal = open(1 << 20);
        log(wal, 100);
        WalReader early = wal.read(EmptyLog.START);
        wal.close();
        assertThat(count(early)).isEqualTo(100);
        early.close();
        early.close();
        try (WalReader late = wal.read(EmptyLog.START)) {
            assertThat(count(late)).isEqualTo(100);
        }
    }
}
