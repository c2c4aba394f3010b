package dev.seawall.wal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OffHeapTest {

    @Test
    void memory_is_zeroed_and_aligned_for_direct_transfers() {
        for (int i = 0; i < 50; i++) {
            try (OffHeap memory = OffHeap.allocate(100_000)) {
                ByteBuffer all = memory.view(0, memory.bytes());
                assertThat(MemorySegment.ofBuffer(all).address() % DiskFile.DIRECT_ALIGNMENT).isZero();
                assertThat(all.mismatch(ByteBuffer.allocate(100_000))).isEqualTo(-1);
                all.put(0, new byte[] {1, 2, 3}).put(99_999, (byte) 4);
            }
        }
    }

    @Test
    void a_view_ends_where_it_was_told_to() {
        try (OffHeap memory = OffHeap.allocate(8192)) {
            ByteBuffer view = memory.view(4096, 16);
            memory.put(4096, new byte[] {7}, 0, 1);

            assertThat(view.get(0)).isEqualTo((byte) 7);
            assertThatThrownBy(() -> view.get(16)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> memory.zero(8000, 193)).isInstanceOf(IndexOutOfBoundsException.class);
            memory.zero(4096, 1);
            assertThat(view.get(0)).isZero();
        }
    }

    @Test
    void closing_twice_frees_once() {
        OffHeap memory = OffHeap.allocate(4096);
        memory.close();
        memory.close();
    }

    @Test
    void memory_that_was_lost_unclosed_is_freed_but_not_under_a_view_still_in_use() throws IOException {
        ByteBuffer kept = OffHeap.allocate(1 << 20).view(0, 1 << 20);
        kept.put(12345, (byte) 42);
        long before = residentPages();
        for (int i = 0; i < 128; i++) {
            OffHeap.allocate(16 << 20);
            if (i % 16 == 0) {
                System.gc();
            }
        }

        // 2 GiB were lost.
        assertThat((residentPages() - before) * 4096).isLessThan(1L << 30);
        assertThat(kept.get(12345)).isEqualTo((byte) 42);
    }

    private static long residentPages() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    }
}
