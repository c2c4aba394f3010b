package dev.seawall.wal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.Disk.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What every [Disk] does while nothing crashes.
interface DiskContract {

    Disk disk();

    /// An empty directory of the test's own.
    Path directory();

    @Test
    default void what_is_written_is_read_back() throws IOException {
        try (DiskFile file = create("f")) {
            write(file, "hello, disk", 0);

            assertThat(read(file, 0, 100)).isEqualTo("hello, disk");
            assertThat(read(file, 7, 4)).isEqualTo("disk");
            assertThat(file.size()).isEqualTo(11);
        }
    }

    @Test
    default void a_transfer_moves_the_buffer_and_only_by_what_was_transferred() throws IOException {
        try (DiskFile file = create("f")) {
            ByteBuffer from = ByteBuffer.wrap("xxhelloxx".getBytes(StandardCharsets.US_ASCII));
            from.position(2).limit(7);
            file.write(from, 0);
            assertThat(from.position()).isEqualTo(7);
            assertThat(from.limit()).isEqualTo(7);

            ByteBuffer into = ByteBuffer.allocateDirect(16).position(3);
            assertThat(file.read(into, 1)).isEqualTo(4);
            assertThat(into.position()).isEqualTo(7);
            assertThat(StandardCharsets.US_ASCII.decode(into.flip().position(3)).toString())
                    .isEqualTo("ello");
        }
    }

    @Test
    default void a_read_only_buffer_can_be_written_on_the_heap_and_off_it() throws IOException {
        try (DiskFile file = create("f")) {
            ByteBuffer outside = ByteBuffer.allocateDirect(3).put(new byte[] {'a', 'b', 'c'}).flip();
            file.write(outside.asReadOnlyBuffer(), 0);
            file.write(ByteBuffer.wrap(new byte[] {'d', 'e'}).asReadOnlyBuffer(), 3);

            assertThat(read(file, 0, 9)).isEqualTo("abcde");
        }
    }

    @Test
    default void a_gap_reads_as_zeros() throws IOException {
        try (DiskFile file = create("f")) {
            write(file, "end", 70_000);

            ByteBuffer into = ByteBuffer.allocate(80_000);
            assertThat(file.read(into, 0)).isEqualTo(70_003);
            byte[] gap = new byte[70_000];
            into.flip().get(gap);
            assertThat(gap).containsOnly(0);
        }
    }

    @Test
    default void reading_at_or_behind_the_end_gives_nothing() throws IOException {
        try (DiskFile file = create("f")) {
            write(file, "abc", 0);

            assertThat(file.read(ByteBuffer.allocate(4), 3)).isZero();
            assertThat(file.read(ByteBuffer.allocate(4), 3_000_000)).isZero();
        }
    }

    @Test
    default void large_transfers_are_whole() throws IOException {
        byte[] many = new byte[3_500_001];
        new java.util.Random(1).nextBytes(many);
        try (DiskFile file = create("f")) {
            file.write(ByteBuffer.wrap(many), 1_234);

            ByteBuffer into = ByteBuffer.allocate(many.length);
            assertThat(file.read(into, 1_234)).isEqualTo(many.length);
            assertThat(into.array()).isEqualTo(many);
        }
    }

    @Test
    default void truncate_cuts_and_grows_by_a_hole() throws IOException {
        try (DiskFile file = create("f")) {
            write(file, "0123456789", 0);
            file.truncate(4);
            file.truncate(8);

            assertThat(file.size()).isEqualTo(8);
            assertThat(read(file, 0, 20)).isEqualTo("0123\0\0\0\0");
        }
    }

    @Test
    default void allocate_does_not_change_the_size() throws IOException {
        try (DiskFile file = create("f")) {
            file.allocate(0, 1 << 20);

            assertThat(file.size()).isZero();
        }
    }

    @Test
    default void syncs_write_back_and_cache_drop_leave_the_content_alone() throws IOException {
        try (DiskFile file = create("f")) {
            write(file, "stays", 0);
            file.startWriteback(0, 5);
            file.syncData();
            file.sync();
            file.dropCache();

            assertThat(read(file, 0, 9)).isEqualTo("stays");
        }
        disk().syncDirectory(directory());
    }

    @Test
    default void direct_transfers_take_aligned_places_only() throws IOException {
        try (DiskFile file = disk().open(at("f"), Set.of(Open.CREATE_NEW, Open.DIRECT, Open.DATA_SYNC));
                OffHeap memory = OffHeap.allocate(8192)) {
            memory.put(4096, new byte[] {'d'}, 0, 1);
            file.write(memory.view(0, 8192), 4096);

            ByteBuffer onHeap = ByteBuffer.allocate(16384);
            assertThat(file.read(onHeap, 0)).isEqualTo(12288);
            assertThat(onHeap.get(8192)).isEqualTo((byte) 'd');
            if (file.isDirect()) {
                assertThatIllegalArgumentException().isThrownBy(() -> file.write(memory.view(0, 512), 0));
                assertThatIllegalArgumentException().isThrownBy(() -> file.read(memory.view(0, 4096), 512));
            }
        }
    }

    @Test
    default void a_direct_read_ends_with_the_file_even_in_the_middle_of_a_block() throws IOException {
        try (DiskFile file = create("f")) {
            write(file, "x".repeat(5000), 0);
            file.sync();
        }
        try (DiskFile file = disk().open(at("f"), Set.of(Open.READ_ONLY, Open.DIRECT))) {
            assertThat(file.read(ByteBuffer.allocate(16384), 0)).isEqualTo(5000);
        }
    }

    @Test
    default void opening_follows_the_wishes_for_creation() throws IOException {
        assertThatThrownBy(() -> disk().open(at("f"), Set.of()))
                .isInstanceOf(NoSuchFileException.class).hasMessageContaining("f");
        create("f").close();
        assertThatThrownBy(() -> create("f")).isInstanceOf(FileAlreadyExistsException.class);
        disk().open(at("f"), Set.of(Open.CREATE)).close();
        assertThatThrownBy(() -> disk().open(at("nowhere/f"), Set.of(Open.CREATE)))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    default void a_file_opened_for_reading_cannot_be_written() throws IOException {
        create("f").close();
        try (DiskFile file = disk().open(at("f"), Set.of(Open.READ_ONLY))) {
            assertThatThrownBy(() -> write(file, "no", 0)).isInstanceOf(IOException.class);
        }
    }

    @Test
    default void a_directory_lists_its_names_sorted() throws IOException {
        disk().createDirectory(at("sub"));
        disk().createDirectory(at("sub"));
        create("b").close();
        create("a").close();
        create("sub/inner").close();

        assertThat(disk().list(directory())).containsExactly("a", "b", "sub");
        assertThat(disk().list(at("sub"))).containsExactly("inner");
        assertThat(disk().exists(at("sub"))).isTrue();
        assertThat(disk().exists(at("sub/other"))).isFalse();
        assertThatThrownBy(() -> disk().list(at("nowhere"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().list(at("a"))).isInstanceOf(NotDirectoryException.class);
    }

    @Test
    default void a_directory_needs_its_parent() {
        assertThatThrownBy(() -> disk().createDirectory(at("nowhere/sub")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    default void rename_replaces_and_an_open_file_keeps_its_content() throws IOException {
        try (DiskFile first = create("a"); DiskFile second = create("b")) {
            write(first, "first", 0);
            write(second, "second", 0);
            disk().rename(at("a"), at("b"));

            assertThat(disk().list(directory())).containsExactly("b");
            assertThat(read(second, 0, 9)).isEqualTo("second");
            try (DiskFile now = disk().open(at("b"), Set.of(Open.READ_ONLY))) {
                assertThat(read(now, 0, 9)).isEqualTo("first");
            }
        }
        assertThatThrownBy(() -> disk().rename(at("a"), at("c"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    default void a_link_is_a_second_name_that_can_be_claimed_once() throws IOException {
        try (DiskFile file = create("a")) {
            write(file, "shared", 0);
        }
        disk().link(at("a"), at("claim"));

        assertThatThrownBy(() -> disk().link(at("a"), at("claim")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk().link(at("none"), at("other")))
                .isInstanceOf(NoSuchFileException.class);
        disk().delete(at("a"));
        try (DiskFile file = disk().open(at("claim"), Set.of())) {
            assertThat(read(file, 0, 9)).isEqualTo("shared");
        }
    }

    @Test
    default void delete_removes_files_and_empty_directories() throws IOException {
        disk().createDirectory(at("sub"));
        create("sub/f").close();

        assertThatThrownBy(() -> disk().delete(at("sub"))).isInstanceOf(IOException.class);
        disk().delete(at("sub/f"));
        disk().delete(at("sub"));
        assertThat(disk().list(directory())).isEmpty();
        assertThatThrownBy(() -> disk().delete(at("sub"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    default void a_lock_is_held_by_one_descriptor_until_it_closes() throws IOException {
        DiskFile first = create("lock");
        try (DiskFile second = disk().open(at("lock"), Set.of())) {
            assertThat(first.tryLock()).isTrue();
            assertThat(first.tryLock()).isTrue();
            assertThat(second.tryLock()).isFalse();
            first.close();
            assertThat(second.tryLock()).isTrue();
        }
    }

    @Test
    default void a_closed_file_refuses_every_call_and_may_be_closed_again() throws IOException {
        DiskFile file = create("f");
        file.close();
        file.close();

        assertThatIllegalStateException().isThrownBy(() -> write(file, "late", 0));
        assertThatIllegalStateException().isThrownBy(file::syncData);
    }

    @Test
    default void syncing_a_directory_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> disk().syncDirectory(at("nowhere")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    default void there_is_room() throws IOException {
        assertThat(disk().freeBytes(directory())).isPositive();
    }

    default Path at(String name) {
        return directory().resolve(name);
    }

    default DiskFile create(String name) throws IOException {
        return disk().open(at(name), Set.of(Open.CREATE_NEW));
    }

    static void write(DiskFile file, String text, long offset) throws IOException {
        file.write(StandardCharsets.US_ASCII.encode(text), offset);
    }

    static String read(DiskFile file, long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        file.read(into, offset);
        return StandardCharsets.US_ASCII.decode(into.flip()).toString();
    }
}
