package dev.seawall.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.CheckpointStatistics.HeldBackBy;
import dev.seawall.checkpointer.pages.MadeRecords;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.DiskCall.Operation;
import dev.seawall.wal.disk.Fault;
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

final class CheckpointerTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long MANY_BYTES = 1L << 40;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final RememberingLog log = new RememberingLog(() -> new Lsn(this.end));
    private final SteeredRedo redo = new SteeredRedo();
    private long end = ModelLog.START.value();
    private int blocks;
    private DataFiles dataFiles;
    private Checkpointer checkpointer;

    /// Redo whose answers the test sets.
    private final class SteeredRedo implements RedoState {

        private Lsn oldestUnfinished = Lsn.MAX;

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
            return Lsn.min(durable, oldestUnfinished);
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

    private void start(Duration timeout, long maxWalBytes, double completionTarget) throws IOException {
        ResourceManagers managers = ResourceManagers.of(dataFiles.pages(), List.of());
        checkpointer = new Checkpointer(dataFiles, managers, redo, log,
                new CheckpointOptions(timeout, maxWalBytes, completionTarget), world);
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
    void a_request_is_answered_when_its_redo_point_is_durable_and_reported() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(10);

        CheckpointReport report = checkpointer.await(checkpointer.requestCheckpoint(true));

        assertThat(report).isEqualTo(new CheckpointReport(ModelLog.SYSTEM_ID, TimelineId.FIRST, new Lsn(end)));
        assertThat(log.reports).containsExactly(report);
        assertThat(dataFiles.redoPoint()).isEqualTo(new Lsn(end));
        assertThat(dataFiles.pages().dirtyPages()).isZero();
        assertThat(checkpointer.statistics().requested()).isEqualTo(1);
        assertThat(checkpointer.statistics().pagesWritten()).isEqualTo(10);
        assertThat(checkpointer.statistics().lastFiles()).isEqualTo(1);
    }

    @Test
    void pages_are_synced_then_the_state_then_the_report_is_made() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(6);
        List<String> calls = new ArrayList<>();
        disk.trace(call -> calls.add(call.operation() + " " + call.path().getFileName() + " " + log.reports.size()));

        checkpointer.await(checkpointer.requestCheckpoint(true));

        assertThat(calls).containsSubsequence("WRITE double_write 0", "SYNC_DATA double_write 0", "WRITE 16384 0",
                "SYNC 16384 0", "SYNC_DIRECTORY base 0", "SYNC_DIRECTORY 5 0",
                "WRITE checkpointer.state 0", "SYNC_DATA checkpointer.state 0");
        assertThat(calls).last().isEqualTo("SYNC_DATA checkpointer.state 0");
    }

    @Test
    void a_checkpoint_begins_after_checkpoint_timeout() throws IOException {
        start(MINUTE, MANY_BYTES, 0);
        grow(1);

        world.letPass(Duration.ofSeconds(59));
        assertThat(log.reports).isEmpty();
        world.letPass(Duration.ofSeconds(2));

        assertThat(log.reports).hasSize(1);
        assertThat(checkpointer.statistics().timed()).isEqualTo(1);
    }

    @Test
    void nothing_new_is_no_reason_for_a_timed_checkpoint() throws IOException {
        start(MINUTE, MANY_BYTES, 0);
        grow(1);
        world.letPass(Duration.ofSeconds(70));
        end += 4096;

        world.letPass(Duration.ofHours(1));

        assertThat(log.reports).hasSize(1);
    }

    @Test
    void a_checkpoint_begins_when_the_log_has_grown_by_its_share_of_max_wal_size() throws IOException {
        start(Duration.ofHours(1), 1 << 20, 1.0);
        grow(1);
        end = ModelLog.START.value() + (1 << 19) - 8;
        world.letPass(Duration.ofSeconds(1));
        assertThat(log.reports).isEmpty();

        end += 8;
        world.letPass(Duration.ofHours(2));

        assertThat(log.reports).hasSize(1);
        assertThat(checkpointer.statistics().byVolume()).isEqualTo(1);
    }

    @Test
    void writes_are_spread_over_the_completion_targets_share_of_the_time() throws IOException {
        start(MINUTE, MANY_BYTES, 0.5);
        grow(400);
        world.letPass(Duration.ofSeconds(61));
        List<Integer> dirty = new ArrayList<>();

        for (int seconds = 0; seconds < 40; seconds += 5) {
            dirty.add(dataFiles.pages().dirtyPages());
            world.letPass(Duration.ofSeconds(5));
        }

        // Half a minute for 400 pages: about 67 in 5 seconds.
        for (int i = 1; i < 6; i++) {
            assertThat(dirty.get(i - 1) - dirty.get(i)).as("pages written in 5 s: %s", dirty).isBetween(50, 85);
        }
        assertThat(dirty.getLast()).isZero();
        assertThat(log.reports).hasSize(1);
        assertThat(checkpointer.statistics().writeTime()).isBetween(Duration.ofSeconds(27), Duration.ofSeconds(31));
    }

    @Test
    void a_growing_log_makes_a_spread_checkpoint_hurry() throws IOException {
        start(MINUTE, 2_000_000, 1.0);
        grow(400);
        world.letPass(Duration.ofSeconds(61));
        int before = dataFiles.pages().dirtyPages();

        end += 500_000;
        world.letPass(Duration.ofMillis(200));

        assertThat(before - dataFiles.pages().dirtyPages()).isBetween(150, 250);
    }

    @Test
    void an_immediate_request_makes_the_one_under_way_hurry_and_is_served_by_the_next() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(400);
        CompletableFuture<CheckpointReport> spread = checkpointer.requestCheckpoint(false);
        world.letPass(Duration.ofSeconds(5));
        assertThat(spread).isNotDone();
        grow(10);

        CheckpointReport report = checkpointer.await(checkpointer.requestCheckpoint(true));

        assertThat(spread).isDone();
        assertThat(log.reports).hasSize(2);
        assertThat(report.redo()).isEqualTo(new Lsn(end));
        assertThat(world.nanoTime()).isLessThan(Duration.ofSeconds(7).toNanos());
    }

    @Test
    void the_redo_point_is_where_redo_was_when_the_checkpoint_began() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(400);
        Lsn atBegin = new Lsn(end);
        CompletableFuture<CheckpointReport> spread = checkpointer.requestCheckpoint(false);
        world.letPass(Duration.ofSeconds(5));

        grow(10);

        assertThat(checkpointer.await(spread).redo()).isEqualTo(atBegin);
    }

    @Test
    void an_unfinished_transaction_holds_the_redo_point_back() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(10);
        redo.oldestUnfinished = new Lsn(ModelLog.START.value() + 256);

        CheckpointReport report = checkpointer.await(checkpointer.requestCheckpoint(true));

        assertThat(report.redo()).isEqualTo(redo.oldestUnfinished);
        assertThat(checkpointer.statistics().lastHeldBackBy()).isEqualTo(HeldBackBy.TRANSACTION);
        assertThat(checkpointer.heldBackBytes()).isEqualTo(end - redo.oldestUnfinished.value());
    }

    @Test
    void transactions_that_hold_back_more_than_max_wal_size_are_aborted() throws IOException {
        start(Duration.ofDays(1), 1 << 20, 1.0);
        grow(1);
        end += 3 << 20;

        world.letPass(Duration.ofSeconds(1));

        assertThat(log.abortedBefore).containsExactly(new Lsn(end - (1 << 20)));
    }

    @Test
    void the_shutdown_checkpoint_waits_for_redo_and_is_not_reported() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(5);
        Lsn fence = new Lsn(end + 128);
        CompletableFuture<CheckpointReport> shutdown = checkpointer.requestShutdown(() -> fence);
        world.letPass(Duration.ofSeconds(5));
        assertThat(shutdown).isNotDone();

        grow(1);

        assertThat(checkpointer.await(shutdown).redo()).isEqualTo(fence);
        assertThat(dataFiles.redoPoint()).isEqualTo(fence);
        assertThat(log.reports).isEmpty();
        world.letPass(Duration.ofHours(1));
        assertThat(checkpointer.failure()).isNull();
    }

    @Test
    void a_redo_point_at_a_pages_end_is_told_as_the_next_records_start() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        end = 0x1002000 - 128;
        grow(1);

        CheckpointReport report = checkpointer.await(checkpointer.requestCheckpoint(true));

        assertThat(report.redo()).isEqualTo(new Lsn(0x1002018));
        assertThat(checkpointer.statistics().lastHeldBackBy()).isEqualTo(HeldBackBy.NOTHING);
    }

    @Test
    void a_failure_is_told_to_all_who_wait_and_nothing_is_reported() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(5);
        disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == Operation.SYNC);
        CompletableFuture<CheckpointReport> first = checkpointer.requestCheckpoint(true);

        assertThatThrownBy(() -> checkpointer.await(first)).isInstanceOf(IOException.class)
                .hasMessageContaining("checkpoint failed");
        assertThatThrownBy(() -> checkpointer.await(checkpointer.requestCheckpoint(true)))
                .isInstanceOf(IOException.class).hasMessageContaining("the checkpointer has failed");
        assertThat(log.reports).isEmpty();
        assertThat(dataFiles.redoPoint()).isEqualTo(ModelLog.START);
        assertThat(checkpointer.failure()).isNotNull();
    }

    @Test
    void a_redo_point_that_goes_back_is_refused() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        grow(5);
        checkpointer.await(checkpointer.requestCheckpoint(true));
        redo.oldestUnfinished = ModelLog.START;

        assertThatThrownBy(() -> checkpointer.await(checkpointer.requestCheckpoint(true)))
                .hasMessageContaining("redo point would go back from");
    }

    @Test
    void whoever_waits_when_it_is_closed_is_told() throws IOException {
        start(MINUTE, MANY_BYTES, 0.9);
        CompletableFuture<CheckpointReport> request = checkpointer.requestCheckpoint(true);

        checkpointer.close();

        assertThat(request).isCompletedExceptionally();
    }

    @Test
    void the_last_checkpoint_does_not_wait_for_a_copy_and_after_it_reports_can_go_on() throws IOException {
        start(MINUTE, MANY_BYTES, 0.5);
        grow(10);
        checkpointer.await(checkpointer.hold().request(true));
        grow(1);

        CheckpointReport last = checkpointer.await(checkpointer.requestShutdown(new Lsn(end)));

        assertThat(last.redo()).isEqualTo(new Lsn(end));
        assertThat(log.reports).hasSize(1);
        checkpointer.resume();
        grow(1);
        CheckpointReport next = checkpointer.await(checkpointer.requestCheckpoint(true));
        assertThat(log.reports).hasSize(2).last().isEqualTo(next);
    }

    @Test
    void a_shutdown_that_is_not_wanted_any_more_keeps_no_checkpoint_from_happening() throws IOException {
        start(MINUTE, MANY_BYTES, 0.5);
        grow(1);
        CompletableFuture<CheckpointReport> shutdown = checkpointer.requestShutdown(new Lsn(end + 4096));
        world.letPass(MINUTE);
        assertThat(shutdown).isNotDone();

        checkpointer.resume();

        assertThat(checkpointer.await(checkpointer.requestCheckpoint(true))).isEqualTo(log.reports.getLast());
    }
}
