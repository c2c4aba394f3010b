package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Appending a message allocates nothing.
class AllocationTest {

    private static final int RECORDS = 200_000;

    @TempDir
    Path directory;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private double bytesPerRecord(MessageAppender messages, ByteBuffer content) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RECORDS; i++) {
            messages.append(content);
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / RECORDS;
    }

    @Test
    void an_append_allocates_less_than_a_byte() throws Exception {
        Disk disk = new LinuxDisk();
        WalOptions options = WalOptions.DEFAULT.withWalBytes(5 << 20, 40 << 20);
        try (Wal wal = Wal.open(EmptyLog.in(disk, directory, 731), options, disk, new SystemWorld())) {
            MessageAppender messages = wal.messages("app");
            ByteBuffer content = ByteBuffer.allocate(40).asReadOnlyBuffer();
            // What waits for room in the buffers counts too, and the classes' own loading once.
            bytesPerRecord(messages, content);
            assertThat(bytesPerRecord(messages, content)).isLessThan(1);
        }
    }
}
