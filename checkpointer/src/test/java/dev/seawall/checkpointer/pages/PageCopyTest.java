package dev.seawall.checkpointer.pages;

import static dev.seawall.checkpointer.pages.MadeRecords.RELATION;
import static dev.seawall.checkpointer.pages.MadeRecords.delta;
import static dev.seawall.checkpointer.pages.MadeRecords.emptyPages;
import static dev.seawall.checkpointer.pages.MadeRecords.redo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.DoubleWrite;
import dev.seawall.checkpointer.files.PageChecksum;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.files.RelationFiles;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskCall.Operation;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pages copied for a backup, past the pages in memory.
final class PageCopyTest {

    private static final Path BASE = Path.of("/cluster/base");
    private static final PageStoreOptions SMALL = new PageStoreOptions(16, 4, 4, 32 << 10);
    private static final int BLOCKS = 100;

    private static ByteBuffer copy(PageStore store, int block) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(DataPage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        store.copy(PageId.of(RELATION, block), page);
        page.clear();
        assertThat(DataPage.checksum(page)).as("checksum of block %d", block)
                .isEqualTo(new PageChecksum().of(page, block));
        return page;
    }

    /// A store with pages in files, all clean.
    private static PageStore stored(Disk disk) throws IOException {
        PageStore store = new PageStore(SMALL);
        store.open(disk, BASE, new SimulatedWorld(1));
        for (int block = 0; block < BLOCKS; block++) {
            redo(store, emptyPages(1000 + 8L * block, RELATION, block, 1));
        }
        store.checkpoint();
        return store;
    }

    private static void damage(SimulatedDisk disk, int block) throws IOException {
        try (DiskFile file = disk.open(BASE.resolve("5/16384"), EnumSet.noneOf(Disk.Open.class))) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), block * (long) DataPage.BYTES + 5000);
        }
    }

    @Test
    void a_copy_is_of_what_is_in_memory_and_not_yet_in_the_file() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        try (PageStore store = stored(disk)) {
            redo(store, delta(5000, RELATION, 7, 100, (byte) 9));

            assertThat(copy(store, 7).get(100)).isEqualTo((byte) 9);
            assertThat(copy(store, 8).get(100)).isZero();
        }
    }

    /// What is in memory does not come from the file, so damage there shows who had to leave.
    @Test
    void pages_in_memory_stay_there_however_many_others_are_copied() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        try (PageStore store = stored(disk)) {
            ByteBuffer page = ByteBuffer.allocate(DataPage.BYTES);
            for (int block = 0; block < 16; block++) {
                store.read(RELATION, block, page.clear());
            }
            for (int block = 0; block < 16; block++) {
                damage(disk, block);
            }

            for (int round = 0; round < 3; round++) {
                for (int block = 0; block < BLOCKS; block++) {
                    copy(store, block);
                }
            }

            for (int block = 0; block < 16; block++) {
                store.read(RELATION, block, page.clear());
            }
        }
    }

    @Test
    void a_page_that_is_damaged_in_its_file_is_not_copied() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        try (PageStore store = stored(disk)) {
            damage(disk, 3);

            assertThatThrownBy(() -> copy(store, 3)).isInstanceOf(WalCorruptException.class)
                    .hasMessageContaining("checksum").hasMessageContaining("block 3 of relation 1663/5/16384");
            assertThatThrownBy(() -> copy(store, BLOCKS)).isInstanceOf(WalCorruptException.class)
                    .hasMessageContaining("page is not there");
        }
    }

    /// Else who reads a page from its file might get half of it: not every file system writes pages whole.
    @Test
    void nobody_copies_from_files_while_pages_are_written_there() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        PageCache cache = new PageCache(16);
        List<Boolean> isLocked = new ArrayList<>();
        try (cache; RelationFiles files = new RelationFiles(disk, BASE, 0);
                DoubleWrite doubleWrite = DoubleWrite.open(disk, BASE);
                PageFlush flush = new PageFlush(cache, files, doubleWrite, 4, new SimulatedWorld(1))) {
            PageId id = PageId.of(RELATION, 0);
            PageFrame frame = Objects.requireNonNull(cache.pin(id));
            DataPage.initialize(frame.page);
            cache.dirtied(frame);
            cache.unpin(frame);
            disk.trace(call -> {
                if (call.operation() == Operation.WRITE && call.path().endsWith("5/16384")) {
                    isLocked.add(flush.inPlace().isWriteLockedByCurrentThread());
                }
            });

            flush.write(List.of(id));
        }
        assertThat(isLocked).containsExactly(true);
    }

    /// Redo fills whole pages with one byte, in so little memory that it writes pages all the time.
    @Test
    void copies_are_whole_while_redo_changes_pages_and_writes_them(@TempDir Path directory) throws Exception {
        Path base = Files.createDirectory(directory.resolve("base"));
        AtomicBoolean isDone = new AtomicBoolean();
        try (PageStore store = new PageStore(SMALL)) {
            store.open(new LinuxDisk(), base, new SystemWorld());
            for (int block = 0; block < BLOCKS; block++) {
                redo(store, emptyPages(1000 + 8L * block, RELATION, block, 1));
            }
            CompletableFuture<?> copies = CompletableFuture.allOf(
                    CompletableFuture.runAsync(() -> copyUntil(store, isDone)),
                    CompletableFuture.runAsync(() -> copyUntil(store, isDone)));
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 2000 && !copies.isDone(); i++) {
                byte[] content = new byte[DataPage.BYTES - DataPage.HEADER_BYTES];
                Arrays.fill(content, (byte) i);
                redo(store, delta(10_000 + 8L * i, RELATION, random.nextInt(BLOCKS), DataPage.HEADER_BYTES, content));
            }
            isDone.set(true);
            copies.get();
        }
    }

    private static void copyUntil(PageStore store, AtomicBoolean isDone) {
        try {
            while (!isDone.get()) {
                for (int block = 0; block < BLOCKS; block++) {
                    ByteBuffer page = copy(store, block);
                    byte[] expected = new byte[DataPage.BYTES - DataPage.HEADER_BYTES];
                    Arrays.fill(expected, page.get(DataPage.HEADER_BYTES));
                    assertThat(page.slice(DataPage.HEADER_BYTES, expected.length)).as("block %d", block)
                            .isEqualTo(ByteBuffer.wrap(expected));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
