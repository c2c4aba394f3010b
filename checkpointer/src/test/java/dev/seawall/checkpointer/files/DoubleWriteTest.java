package dev.seawall.checkpointer.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.record.RelationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DoubleWriteTest {

    private static final Path BASE = Path.of("/cluster/base");
    private static final Path FILE = BASE.resolve(DoubleWrite.FILE_NAME);
    private static final int SLOTS = 4;
    private static final int SLOT_PAGES = 2;
    private static final int SLOT_BYTES = 8192 + SLOT_PAGES * 8192;
    private static final RelationId RELATION = new RelationId(1663, 5, 16384);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private RelationFiles files;
    private DoubleWrite doubleWrite;

    @BeforeEach
    void create() throws IOException {
        disk.makeDirectories(BASE);
        open();
        assertThat(doubleWrite.restore(files, SLOTS, SLOT_PAGES)).isZero();
    }

    private void open() throws IOException {
        files = new RelationFiles(disk, BASE, 0);
        doubleWrite = DoubleWrite.open(disk, BASE);
    }

    @AfterEach
    void close() throws IOException {
        doubleWrite.close();
        files.close();
    }

    private int restart() throws IOException {
        close();
        disk.kill();
        disk.restart();
        open();
        return doubleWrite.restore(files, SLOTS, SLOT_PAGES);
    }

    private static ByteBuffer page(int content) {
        ByteBuffer page = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        DataPage.initialize(page);
        return page.putInt(24, content);
    }

    /// Writes a batch of page `block` alone.
    private void write(int block, int content) throws IOException {
        try (PageBatch batch = new PageBatch(SLOT_PAGES)) {
            batch.add(PageId.of(RELATION, block), page(content));
            doubleWrite.write(batch, new Lsn(content));
        }
    }

    private int inPlace(int block) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        return files.read(PageId.of(RELATION, block), page) ? page.getInt(24) : -1;
    }

    private void writeInPlace(int block, int content) throws IOException {
        files.write(PageId.of(RELATION, block), page(content));
        files.syncWritten();
    }

    @Test
    void the_newest_copy_of_each_page_is_put_back_whatever_is_in_place() throws IOException {
        write(0, 10);
        write(1, 20);
        write(0, 30);
        writeInPlace(0, 99);

        assertThat(restart()).isEqualTo(2);

        assertThat(inPlace(0)).isEqualTo(30);
        assertThat(inPlace(1)).isEqualTo(20);
        assertThat(doubleWrite.newest()).isEqualTo(new Lsn(30));
    }

    @Test
    void a_torn_batch_is_recognised_and_left_alone() throws IOException {
        write(0, 10);
        write(0, 20);
        writeInPlace(0, 10);
        disk.flip(FILE, 8192 + SLOT_BYTES + 8192 + 5000, 1);

        assertThat(restart()).isEqualTo(1);

        assertThat(inPlace(0)).isEqualTo(10);
    }

    @Test
    void a_batch_with_a_torn_header_is_left_alone() throws IOException {
        write(0, 10);
        writeInPlace(0, 5);
        disk.flip(FILE, 8192 + 100, 1);

        assertThat(restart()).isZero();

        assertThat(inPlace(0)).isEqualTo(5);
    }

    @Test
    void what_stood_there_before_the_space_was_reused_never_counts() throws IOException {
        write(0, 10);
        write(1, 11);
        writeInPlace(0, 10);
        writeInPlace(1, 11);
        doubleWrite.reuse();
        write(2, 30);
        // Written since, and durable; its old copy still stands in the second slot.
        writeInPlace(1, 40);

        assertThat(restart()).isEqualTo(1);

        assertThat(inPlace(1)).isEqualTo(40);
        assertThat(inPlace(2)).isEqualTo(30);
    }

    @Test
    void after_a_restore_nothing_is_put_back_again() throws IOException {
        write(0, 10);
        restart();
        writeInPlace(0, 20);

        assertThat(restart()).isZero();

        assertThat(inPlace(0)).isEqualTo(20);
        assertThat(doubleWrite.newest()).isEqualTo(new Lsn(10));
    }

    @Test
    void other_sizes_can_be_asked_for_at_the_next_start() throws IOException {
        write(0, 10);
        close();
        disk.kill();
        disk.restart();
        open();
        assertThat(doubleWrite.restore(files, 2, 1)).isEqualTo(1);
        write(3, 30);
        write(4, 40);

        assertThat(doubleWrite.isFull()).isTrue();
        assertThat(restart()).isEqualTo(2);
        assertThat(inPlace(4)).isEqualTo(40);
    }

    @Test
    void a_header_that_fell_back_behind_its_slots_is_damage() throws IOException {
        doubleWrite.reuse();
        write(0, 10);
        // The newer header of the two is the one of even generation.
        disk.flip(FILE, 8, 4);

        assertThatThrownBy(this::restart).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("header of the double-write file says generation 1, slot 0 is of generation 2");
    }

    @Test
    void slots_without_any_header_are_damage() throws IOException {
        write(0, 10);
        disk.flip(FILE, 8, 4);
        disk.flip(FILE, 4096 + 8, 4);

        assertThatThrownBy(this::restart).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("neither header of the double-write file is intact");
    }
}
