package dev.seawall.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.pages.MadeRecords;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.CheckpointReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Data files that stand still for a copy, at a checkpointer.
final class FileHoldTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long MANY_BYTES = 1L << 40;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final RememberingLog log = new RememberingLog(() -> new Lsn(this.end));
    private final KnownRedo redo = new KnownRedo();
    private long end = ModelLog.START.value();
    private int blocks;
    private DataFiles dataFiles;
    private Checkpointer checkpointer;
    private FileHold hold;

    /// Redo that has applied all there is.
    private final class KnownRedo implements RedoState {

        @Override
        public Lsn position() {
            return dataFiles.pages().applied();
        }

        @Override
        public long changes() {
            return blocks;
        }

        @Override
        public Lsn redoPoint(Lsn durable) {
            return durable;
        }

        @Override
        public void checkpointed(Lsn durable) {}
    }

    @BeforeEach
    void open() throws IOException {
        disk.makeDirectories(CLUSTER);
        DataFiles.create(disk, CLUSTER, ModelLog.SYSTEM_ID, TimelineId.FIRST, ModelLog.START);
        dataFiles = DataFiles.open(disk, CLUSTER, world, new PageStoreOptions(1000, 4, 4, 0), new DataFiles.Log(
                ModelLog.SYSTEM_ID, TimelineHistory.root(TimelineId.FIRST), ModelLog.LAYOUT, ModelLog.START, Lsn.MAX));
    }

    private void start(long maxWalBytes) throws IOException {
        ResourceManagers managers = ResourceManagers.of(dataFiles.pages(), List.of());
        checkpointer = new Checkpointer(dataFiles, managers, redo, log,
                new CheckpointOptions(MINUTE, maxWalBytes, 0.5), world);
        hold = checkpointer.hold();
        checkpointer.start();
    }

    @AfterEach
    void close() throws IOException {
        checkpointer.close();
        dataFiles.close();
    }

    /// Logs and redoes so many new pages.
    private void grow(int pages) throws IOException {
        for (int i = 0; i < pages; i++) {
            end += 128;
            MadeRecords.redo(dataFiles.pages(), MadeRecords.emptyPages(end, MadeRecords.RELATION, blocks++, 1));
        }
    }

    @Test
    void held_files_do_not_change_whatever_falls_due_until_they_are_released() throws IOException {
        start(10_000);
        grow(10);
        CheckpointReport held = checkpointer.await(hold.request(true));
        List<String> writes = new ArrayList<>();
        disk.trace(call -> writes.add(call.toString()));

        grow(100);
        world.letPass(Duration.ofHours(1));

        assertThat(writes).isEmpty();
        assertThat(checkpointer.requestCheckpoint(true)).isCompletedExceptionally();
        assertThatThrownBy(hold::requireFree).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("held for a copy");
        assertThat(log.reports).containsExactly(held);

        hold.release();
        world.letPass(Duration.ofMinutes(2));

        assertThat(log.reports).hasSizeGreaterThan(1);
        assertThat(writes).isNotEmpty();
    }

    @Test
    void whoever_copies_at_the_same_time_shares_the_hold_and_the_last_one_ends_it() throws IOException {
        start(10_000);
        grow(10);
        CompletableFuture<CheckpointReport> first = hold.request(false);
        CompletableFuture<CheckpointReport> second = hold.request(true);
        CheckpointReport held = checkpointer.await(first);
        assertThat(checkpointer.await(second)).isEqualTo(held);
        grow(1);
        assertThat(checkpointer.await(hold.request(true))).isEqualTo(held);

        hold.release();
        hold.release();
        assertThat(hold.isHeld()).isTrue();
        hold.release();

        assertThat(hold.isHeld()).isFalse();
        assertThatThrownBy(hold::release).isInstanceOf(IllegalStateException.class).hasMessageContaining("not held");
        grow(1);
        assertThat(checkpointer.await(hold.request(true)).redo()).isGreaterThan(held.redo());
    }

    /// Or one backup after the other would keep every checkpoint from happening.
    @Test
    void a_hold_that_costs_too_much_log_is_not_shared_any_more() throws IOException {
        start(10_000);
        grow(10);
        checkpointer.await(hold.request(true));
        grow(100);

        assertThat(hold.request(true)).isCompletedExceptionally();

        hold.release();
        assertThat(checkpointer.await(hold.request(true)).redo()).isEqualTo(new Lsn(end));
    }

    @Test
    void a_hold_that_is_released_before_its_checkpoint_is_done_never_begins() throws IOException {
        start(MANY_BYTES);
        grow(10);
        CompletableFuture<CheckpointReport> request = hold.request(true);
        hold.end();

        checkpointer.await(request);

        grow(1);
        assertThat(checkpointer.await(checkpointer.requestCheckpoint(true)).redo()).isEqualTo(new Lsn(end));
    }
}
