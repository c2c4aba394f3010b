package dev.seawall.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.pages.MadeRecords;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DataFilesTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path STATE = CLUSTER.resolve("base/checkpointer.state");
    private static final PageStoreOptions SMALL = new PageStoreOptions(16, 4, 4, 0);
    private static final PageLayout LAYOUT = PageLayout.DEFAULT;
    private static final long SYSTEM_ID = 42;
    private static final Lsn START = new Lsn(0x1000028);
    private static final TimelineId ONE = TimelineId.FIRST;
    private static final TimelineId TWO = new TimelineId(2);

    private final SimulatedDisk disk = new SimulatedDisk(1);

    @BeforeEach
    void create() throws IOException {
        disk.makeDirectories(CLUSTER);
        DataFiles.create(disk, CLUSTER, SYSTEM_ID, ONE, START);
    }

    private static DataFiles.Log log(TimelineHistory history, long begin, long end) {
        return new DataFiles.Log(SYSTEM_ID, history, LAYOUT, new Lsn(begin), new Lsn(end));
    }

    private static DataFiles.Log wholeLog() {
        return log(TimelineHistory.root(ONE), 0x1000000, 0x9000000);
    }

    private DataFiles open(DataFiles.Log log) throws IOException {
        return DataFiles.open(disk, CLUSTER, new SimulatedWorld(1), SMALL, log);
    }

    /// Brings `base/` to a redo point, with a page as new as `page`.
    private void advance(TimelineId timeline, long redoPoint, long page) throws IOException {
        try (DataFiles files = open(wholeLog())) {
            MadeRecords.redo(files.pages(), MadeRecords.emptyPages(page, MadeRecords.RELATION, 0, 1));
            files.pages().checkpoint();
            files.stateFile().update(
                    state -> state.next(timeline, new Lsn(redoPoint), files.pages().newestWritten()));
        }
    }

    @Test
    void a_new_base_begins_where_it_was_told() throws IOException {
        disk.crash();
        disk.restart();

        try (DataFiles files = open(wholeLog())) {
            assertThat(files.redoPoint()).isEqualTo(START);
            assertThat(files.pages().applied()).isEqualTo(START);
            assertThat(files.pages().forks()).isEmpty();
        }
    }

    @Test
    void creation_does_not_replace_a_base_with_data() throws IOException {
        advance(ONE, 0x2000028, 0x1100000);

        assertThatThrownBy(() -> DataFiles.create(disk, CLUSTER, SYSTEM_ID, ONE, START))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void the_newest_state_that_is_whole_counts() throws IOException {
        advance(ONE, 0x2000028, 0x1100000);
        // The newer of two: sequence 2 stands in the first sector.
        disk.flip(STATE, 40, 1);

        try (DataFiles files = open(wholeLog())) {
            assertThat(files.redoPoint()).isEqualTo(START);
        }
    }

    @Test
    void a_base_that_the_log_fits_is_opened() throws IOException {
        advance(ONE, 0x2000028, 0x1100000);

        try (DataFiles files = open(log(TimelineHistory.root(ONE), 0x2000000, 0x2000028))) {
            assertThat(files.redoPoint()).isEqualTo(new Lsn(0x2000028));
            assertThat(files.consistentAt()).isEqualTo(new Lsn(0x1100000));
        }
    }

    @Test
    void a_redo_point_behind_the_page_header_at_the_logs_end_is_not_ahead_of_it() throws IOException {
        advance(ONE, 0x2002018, 0x1100000);

        open(log(TimelineHistory.root(ONE), 0x1000000, 0x2002000)).close();
    }

    static Stream<Arguments> refusals() {
        TimelineHistory root = TimelineHistory.root(ONE);
        return Stream.of(
                Arguments.of("of another cluster",
                        new DataFiles.Log(43, root, LAYOUT, START, new Lsn(0x9000000)),
                        "is of another cluster: system identifier 42, the log's is 43"),
                Arguments.of("ahead of the log's end by its redo point",
                        log(root, 0x1000000, 0x1F00000), "has changes up to 0/3000000, but the log ends at 0/1F00000"),
                Arguments.of("ahead of the log's end by a page",
                        log(root, 0x1000000, 0x2F00000), "has changes up to 0/3000000, but the log ends at 0/2F00000"),
                Arguments.of("of a timeline that is no ancestor",
                        log(TimelineHistory.root(TWO), 0x1000000, 0x9000000),
                        "is of timeline 1, which is no ancestor of the log's timeline 2"),
                Arguments.of("changed behind where the log left its timeline",
                        log(root.branch(TWO, new Lsn(0x2800000), "test"), 0x1000000, 0x9000000),
                        "has changes up to 0/3000000 of timeline 1, which the log left at 0/2800000"),
                Arguments.of("older than the log that is there",
                        log(root, 0x2100000, 0x9000000), "needs redo from 0/2000028 on, but the log that is there "
                                + "begins at 0/2100000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void a_base_that_is_not_of_this_log_is_refused(String what, DataFiles.Log log, String message) throws IOException {
        advance(ONE, 0x2000028, 0x3000000);

        assertThatThrownBy(() -> open(log)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("base/ does not belong to this log").hasMessageContaining(message)
                .hasMessageContaining("HINT:");
    }

    @Test
    void a_base_whose_newest_page_only_the_double_write_file_knows_is_refused_too() throws IOException {
        try (DataFiles files = open(wholeLog())) {
            MadeRecords.redo(files.pages(), MadeRecords.emptyPages(0x3000000, MadeRecords.RELATION, 0, 1));
            // No state is written.
            files.pages().checkpoint();
        }

        assertThatThrownBy(() -> open(log(TimelineHistory.root(ONE), 0x1000000, 0x2000000)))
                .hasMessageContaining("has changes up to 0/3000000, but the log ends at 0/2000000");
    }

    @Test
    void a_descendant_timeline_continues_a_base() throws IOException {
        advance(ONE, 0x2000028, 0x3000000);
        TimelineHistory history = TimelineHistory.root(ONE).branch(TWO, new Lsn(0x3000000), "test");

        open(log(history, 0x1000000, 0x9000000)).close();
    }

    @Test
    void a_missing_state_is_damage() throws IOException {
        disk.delete(STATE);

        assertThatThrownBy(() -> open(wholeLog())).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("checkpointer's state is missing").hasMessageContaining("HINT: Restore base/");
    }

    @Test
    void a_state_of_which_neither_sector_is_whole_is_damage() throws IOException {
        advance(ONE, 0x2000028, 0x1100000);
        disk.flip(STATE, 40, 1);
        disk.flip(STATE, 4096 + 40, 1);

        assertThatThrownBy(() -> open(wholeLog())).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("neither sector is intact");
    }

    @Test
    void a_state_of_zero_length_is_damage() throws IOException {
        try (DiskFile file = disk.open(STATE, EnumSet.noneOf(Disk.Open.class))) {
            file.truncate(0);
        }

        assertThatThrownBy(() -> open(wholeLog())).isInstanceOf(WalCorruptException.class);
    }

    @Test
    void any_flipped_bit_of_a_state_is_noticed() {
        CheckpointerState state = new CheckpointerState(SYSTEM_ID, TWO, START, new Lsn(7), 9);
        ByteBuffer sector = state.toSector();
        assertThat(CheckpointerState.read(sector.duplicate())).isEqualTo(state);

        for (int bit = 0; bit < 52 * 8; bit++) {
            sector.put(bit / 8, (byte) (sector.get(bit / 8) ^ 1 << bit % 8));
            assertThat(CheckpointerState.read(sector.duplicate())).as("bit %d", bit).isNull();
            sector.put(bit / 8, (byte) (sector.get(bit / 8) ^ 1 << bit % 8));
        }
    }
}
