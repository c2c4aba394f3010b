package dev.seawall.checkpointer.pages;

import static dev.seawall.checkpointer.pages.MadeRecords.RELATION;
import static dev.seawall.checkpointer.pages.MadeRecords.delta;
import static dev.seawall.checkpointer.pages.MadeRecords.emptyPages;
import static dev.seawall.checkpointer.pages.MadeRecords.image;
import static dev.seawall.checkpointer.pages.MadeRecords.record;
import static dev.seawall.checkpointer.pages.MadeRecords.redo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.DiskCall.Operation;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PageStoreTest {

    private static final Path BASE = Path.of("/cluster/base");
    private static final Path FILE = BASE.resolve("5/16384");
    private static final PageStoreOptions SMALL = new PageStoreOptions(16, 4, 4, 32 << 10);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private PageStore store = new PageStore(SMALL);

    @BeforeEach
    void open() throws IOException {
        disk.makeDirectories(BASE);
        store.open(disk, BASE, new SimulatedWorld(1));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /// As a process that died and one that starts.
    private void reopen() throws IOException {
        store.close();
        disk.kill();
        disk.restart();
        store = new PageStore(SMALL);
        store.open(disk, BASE, new SimulatedWorld(1));
    }

    private ByteBuffer read(int block) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(DataPage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        store.read(RELATION, block, page);
        return page.flip();
    }

    @Test
    void an_image_makes_a_page_and_grows_the_relation() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 3));

        assertThat(store.blocks(RELATION)).isEqualTo(3);
        assertThat(DataPage.lsn(read(2))).isEqualTo(new Lsn(1000));
        assertThat(store.forks()).isEqualTo(Map.of(PageId.of(RELATION, 0), 3));
    }

    @Test
    void a_delta_changes_its_bytes_and_sets_the_lsn_to_the_records_end() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 1), delta(1100, RELATION, 0, 24, (byte) 1, (byte) 2));

        assertThat(read(0).getShort(24)).isEqualTo((short) 0x0201);
        assertThat(DataPage.lsn(read(0))).isEqualTo(new Lsn(1100));
        assertThat(store.applied()).isEqualTo(new Lsn(1100));
    }

    @Test
    void a_delta_is_skipped_on_a_page_that_is_as_new() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 1), delta(1200, RELATION, 0, 100, (byte) 7));

        redo(store, delta(1100, RELATION, 0, 100, (byte) 1), delta(1200, RELATION, 0, 100, (byte) 2));

        assertThat(read(0).get(100)).isEqualTo((byte) 7);
        assertThat(DataPage.lsn(read(0))).isEqualTo(new Lsn(1200));
    }

    @Test
    void an_image_replaces_even_a_newer_page() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 1), delta(1200, RELATION, 0, 100, (byte) 7));

        redo(store, emptyPages(1000, RELATION, 0, 1));

        assertThat(read(0).get(100)).isZero();
        assertThat(DataPage.lsn(read(0))).isEqualTo(new Lsn(1000));
    }

    @Test
    void an_image_that_is_only_there_to_check_against_is_not_applied() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 1));
        FullPageImage empty = FullPageImage.ofEmptyPage();
        FullPageImage toCheck = new FullPageImage(
                empty.stored(), empty.holeOffset(), empty.holeLength(), FullPageImage.HAS_HOLE);

        redo(store, image(1100, RELATION, 0, toCheck));

        assertThat(DataPage.lsn(read(0))).isEqualTo(new Lsn(1000));
    }

    @Test
    void a_delta_zeroes_the_hole() throws IOException {
        ByteBuffer page = ByteBuffer.allocate(DataPage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        DataPage.initialize(page);
        page.putShort(12, (short) 100).putShort(14, (short) 8000).put(500, (byte) 9).put(8001, (byte) 8);
        // Stored whole, with what stands in its hole.
        redo(store, image(1000, RELATION, 0, new FullPageImage(page, 0, 0, FullPageImage.APPLY)));
        assertThat(read(0).get(500)).isEqualTo((byte) 9);

        redo(store, delta(1100, RELATION, 0, 24, (byte) 1));

        assertThat(read(0).get(500)).isZero();
        assertThat(read(0).get(8001)).isEqualTo((byte) 8);
    }

    @Test
    void a_page_that_a_delta_needs_and_that_is_not_there_is_damage_with_its_place() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 1));

        assertThatThrownBy(() -> redo(store, delta(1100, RELATION, 1, 24, (byte) 1)))
                .isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("page is not there at block 1 of relation 1663/5/16384, offset 8192")
                .hasMessageContaining("/cluster/base/5/16384").hasMessageContaining("HINT:");
        assertThat(store.blocks(RELATION)).isEqualTo(1);
    }

    @Test
    void a_delta_that_leaves_the_page_is_damage_and_changes_nothing() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 1));
        ByteBuffer bad = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 8191).putShort((short) 2).putShort((short) -1).flip();

        assertThatThrownBy(() -> redo(store, record(1100, ResourceManagerId.GENERIC, 0,
                BlockReference.withData(0, RELATION, 0, bad))))
                .isInstanceOf(WalCorruptException.class).hasMessageContaining("leaves the page");
        assertThat(DataPage.lsn(read(0))).isEqualTo(new Lsn(1000));
    }

    @Test
    void a_page_of_another_tablespace_is_refused() {
        RelationId elsewhere = new RelationId(1664, 5, 16384);

        assertThatThrownBy(() -> redo(store, emptyPages(1000, elsewhere, 0, 1)))
                .hasMessageContaining("tablespace that this cluster does not have");
    }

    @Test
    void a_record_that_only_postgresql_can_redo_is_refused() {
        assertThatThrownBy(() -> redo(store, record(1000, new ResourceManagerId(10), 0,
                BlockReference.withData(0, RELATION, 0, ByteBuffer.allocate(8)))))
                .hasMessageContaining("only PostgreSQL can redo").hasMessageContaining("Heap");
    }

    @Test
    void what_a_checkpoint_wrote_is_there_after_a_power_cut() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 3), delta(1100, RELATION, 1, 50, (byte) 5));

        assertThat(store.checkpoint()).isEqualTo(new Lsn(1100));
        store.close();
        disk.crash();
        disk.restart();
        reopen();

        assertThat(store.blocks(RELATION)).isEqualTo(3);
        assertThat(read(1).get(50)).isEqualTo((byte) 5);
        assertThat(store.newestWritten()).isEqualTo(new Lsn(1100));
    }

    @Test
    void a_damaged_page_is_told_when_it_is_read_and_mended_by_an_image() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 2));
        store.checkpoint();
        reopen();
        disk.flip(FILE, 8192 + 5000, 0x10);

        assertThatThrownBy(() -> read(1)).isInstanceOf(WalCorruptException.class)
                .hasMessageMatching("(?s)page has checksum [0-9A-F]{4}, its content [0-9A-F]{4}, at block 1 of .*");
        assertThatThrownBy(() -> redo(store, delta(1100, RELATION, 1, 24, (byte) 1)))
                .isInstanceOf(WalCorruptException.class);
        redo(store, emptyPages(1200, RELATION, 1, 1));
        assertThat(DataPage.lsn(read(1))).isEqualTo(new Lsn(1200));
    }

    @Test
    void a_zeroed_page_is_damage() throws IOException {
        redo(store, emptyPages(1000, RELATION, 2, 1));
        store.checkpoint();
        reopen();

        assertThatThrownBy(() -> read(1)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("never written, or is zeroed");
    }

    @Test
    void a_block_beyond_the_relation_is_the_callers_mistake() {
        assertThatThrownBy(() -> read(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("relation 1663/5/16384 has 0 blocks, no block 0");
    }

    @Test
    void more_dirty_pages_than_fit_are_written_early_through_the_double_write_file() throws IOException {
        List<DiskCall> calls = new ArrayList<>();
        disk.trace(calls::add);

        for (int block = 0; block < 100; block++) {
            redo(store, emptyPages(1000 + 100 * block, RELATION, block, 1));
        }

        assertThat(store.dirtyPages()).isLessThanOrEqualTo(SMALL.dirtyPagesMax());
        assertThat(store.pagesWritten()).isGreaterThan(80);
        for (int block = 0; block < 100; block++) {
            assertThat(DataPage.lsn(read(block))).isEqualTo(new Lsn(1000 + 100 * block));
        }
        // Never in place without the double-write file synced since.
        boolean isSynced = false;
        for (DiskCall call : calls) {
            String name = call.path().getFileName().toString();
            if (name.equals("double_write") && call.operation() != Operation.READ) {
                isSynced = call.operation() == Operation.SYNC_DATA;
            } else if (name.equals("16384") && call.operation() == Operation.WRITE) {
                assertThat(isSynced).isTrue();
            }
        }
    }

    @Test
    void a_flush_writes_in_the_order_of_files_and_blocks() throws IOException {
        RelationId other = new RelationId(RelationId.DEFAULT_TABLESPACE, 5, 16385);
        redo(store, emptyPages(1000, other, 0, 2), emptyPages(1100, RELATION, 0, 2),
                delta(1200, RELATION, 0, 24, (byte) 1));
        List<String> written = new ArrayList<>();
        disk.trace(call -> {
            if (call.operation() == Operation.WRITE) {
                written.add(call.path().getFileName().toString());
            }
        });

        store.checkpoint();

        assertThat(written).containsExactly("double_write", "16384", "16384", "16385", "16385", "double_write");
    }

    @Test
    void a_page_changed_while_a_flush_is_under_way_stays_dirty() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 8));
        Flushing flushing = store.beginFlush();
        flushing.writeNext();

        redo(store, delta(1100, RELATION, 0, 24, (byte) 1));
        flushing.writeNext();
        flushing.finish();

        assertThat(flushing.written()).isEqualTo(8);
        assertThat(store.dirtyPages()).isEqualTo(1);
    }

    @Test
    void the_gigabyte_files_of_a_large_relation_are_numbered() throws IOException {
        redo(store, emptyPages(1000, RELATION, 131071, 2));

        store.checkpoint();
        reopen();

        assertThat(disk.list(BASE.resolve("5"))).containsExactly("16384", "16384.1");
        assertThat(store.blocks(RELATION)).isEqualTo(131073);
        assertThat(DataPage.lsn(read(131071))).isEqualTo(new Lsn(1000));
        assertThat(DataPage.lsn(read(131072))).isEqualTo(new Lsn(1000));
    }

    @Test
    void a_failed_sync_is_final() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 1));
        disk.inject(new Fault.InputOutputError(), 1,
                call -> call.operation() == Operation.SYNC && call.path().equals(FILE));

        assertThatThrownBy(store::checkpoint).isInstanceOf(IOException.class).hasMessageContaining("HINT: Restart");
        assertThatThrownBy(store::checkpoint).isInstanceOf(IOException.class).hasMessageContaining("HINT: Restart");
    }

    @Test
    void a_failed_write_back_is_final() throws IOException {
        redo(store, emptyPages(1000, RELATION, 0, 8));
        disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == Operation.START_WRITEBACK);

        assertThatThrownBy(store::checkpoint).isInstanceOf(IOException.class);
        assertThatThrownBy(store::checkpoint).isInstanceOf(IOException.class);
    }

    @Test
    void a_start_syncs_every_file_and_directory_and_drops_their_cache_before_it_reads() throws IOException {
        redo(store, emptyPages(1000, RELATION, 131071, 2));
        store.checkpoint();
        store.close();
        disk.kill();
        disk.restart();
        List<String> calls = new ArrayList<>();
        disk.trace(call -> calls.add(call.operation() + " " + BASE.relativize(call.path())));

        store = new PageStore(SMALL);
        store.open(disk, BASE, new SimulatedWorld(1));

        assertThat(calls).containsSubsequence("SYNC 5/16384", "DROP_CACHE 5/16384", "SYNC 5/16384.1",
                "DROP_CACHE 5/16384.1", "SYNC_DIRECTORY 5", "SYNC_DIRECTORY ", "SYNC double_write",
                "DROP_CACHE double_write", "READ double_write");
        assertThat(calls.indexOf("READ double_write")).isGreaterThan(calls.indexOf("DROP_CACHE double_write"));
        assertThat(calls).doesNotContain("READ 5/16384");
    }

    @Test
    void a_reader_never_sees_half_a_transaction() throws Exception {
        redo(store, emptyPages(1000, RELATION, 0, 1));
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread reader = Thread.ofPlatform().uncaughtExceptionHandler((_, e) -> failures.add(e)).start(() -> {
            try {
                for (int i = 0; i < 2000; i++) {
                    ByteBuffer page = read(0);
                    if (page.getLong(24) != page.getLong(4000)) {
                        throw new AssertionError("half a transaction");
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        long end = 1000;
        for (byte value = 1; reader.isAlive(); value++) {
            end += 100;
            store.redo(MadeRecords.transaction(
                    delta(end, RELATION, 0, 24, value, value, value, value, value, value, value, value),
                    delta(end + 50, RELATION, 0, 4000, value, value, value, value, value, value, value, value)),
                    new Lsn(end + 50));
        }
        reader.join();
        assertThat(failures).isEmpty();
    }
}
