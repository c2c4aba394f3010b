package dev.seawall.wal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.seawall.wal.disk.Disk.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where a sandbox forbids io_uring the only thing to be seen is that it says so.
final class IoUringTest {

    private static final int BLOCK = 4096;

    @TempDir
    Path directory;

    private final Disk disk = new LinuxDisk();

    private interface Use {
        void of(IoUring ring) throws IOException;
    }

    private static void with(int depth, Use use) throws IOException {
        if (IoUring.problem().isPresent()) {
            assertThat(IoUring.problem().get()).startsWith("io_uring cannot be used here: ");
            assertThatIOException().isThrownBy(() -> IoUring.open(depth));
            return;
        }
        try (IoUring ring = IoUring.open(depth)) {
            use.of(ring);
        }
    }

    private DiskFile file(Open... how) throws IOException {
        Set<Open> all = new java.util.HashSet<>(Set.of(how));
        all.add(Open.CREATE);
        return disk.open(directory.resolve("f"), all);
    }

    @Test
    void many_writes_under_way_are_all_in_the_file() throws IOException {
        try (DiskFile file = file(Open.DIRECT, Open.DATA_SYNC); OffHeap memory = OffHeap.allocate(8 * BLOCK)) {
            for (int block = 0; block < 8; block++) {
                memory.view(block * BLOCK, BLOCK).put((byte) block);
            }
            with(8, ring -> {
                List<Long> ended = new ArrayList<>();
                for (int round = 0; round < 100; round++) {
                    for (int block = 0; block < 8; block++) {
                        ring.write(file, memory.view(block * BLOCK, BLOCK), (round * 8L + block) * BLOCK,
                                round * 8L + block);
                    }
                    assertThat(ring.room()).isZero();
                    ring.submit(8, ended::add);
                }
                assertThat(ended).hasSize(800).doesNotHaveDuplicates();
                assertThat(file.size()).isEqualTo(800L * BLOCK);
                ByteBuffer read = ByteBuffer.allocate(800 * BLOCK);
                file.read(read, 0);
                for (int block = 0; block < 800; block++) {
                    assertThat(read.get(block * BLOCK)).isEqualTo((byte) (block % 8));
                }
            });
        }
    }

    @Test
    void a_sync_and_writes_that_nobody_awaits_end_before_the_ring_is_closed() throws IOException {
        try (DiskFile file = file(); OffHeap memory = OffHeap.allocate(BLOCK)) {
            with(4, ring -> {
                ring.write(file, memory.view(0, BLOCK), 0, 1);
                ring.syncData(file, 2);
                ring.submit(0, _ -> { });
                ring.write(file, memory.view(0, BLOCK), BLOCK, 3);
                ring.submit(0, _ -> { });
            });
            with(4, _ -> assertThat(file.size()).isEqualTo(2 * BLOCK));
        }
    }

    @Test
    void a_failure_says_what_failed_and_where() throws IOException {
        file().close();
        try (DiskFile file = disk.open(directory.resolve("f"), Set.of(Open.READ_ONLY));
                OffHeap memory = OffHeap.allocate(BLOCK)) {
            with(2, ring -> {
                ring.write(file, memory.view(0, BLOCK), 0, 1);
                assertThatIOException().isThrownBy(() -> ring.submit(1, _ -> { }))
                        .withMessageContaining("Bad file descriptor").withMessageContaining("/f");
                assertThat(ring.room()).isEqualTo(2);
            });
        }
    }

    @Test
    void more_than_fit_are_refused() throws IOException {
        try (DiskFile file = file()) {
            with(1, ring -> {
                ring.syncData(file, 1);
                assertThatIllegalStateException().isThrownBy(() -> ring.syncData(file, 2));
                ring.submit(1, number -> assertThat(number).isEqualTo(1));
            });
        }
    }
}
