package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.ClogZeroPage;
import dev.seawall.wal.record.body.GenericDelta;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.walwriter.segments.ArchiveStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The log where the disk is full, fails, and where time jumps.
class WalOnSimulatedDiskTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path WAL = CLUSTER.resolve("pg_wal");
    private static final RelationId RELATION = new RelationId(1663, 5, 16384);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedWorld world = new SimulatedWorld(1);

    @BeforeEach
    void makeDirectory() {
        disk.makeDirectories(CLUSTER);
    }

    private Wal open(WalOptions options) throws IOException {
        return open(options, 731);
    }

    private Wal open(WalOptions options, long nextXid) throws IOException {
        return Wal.open(EmptyLog.in(disk, CLUSTER, nextXid), options.withBufferBytes(256 << 10), disk, world);
    }

    private static Lsn commit(Wal wal, int bytes) {
        Transaction transaction = wal.begin();
        transaction.message("app", ByteBuffer.allocate(bytes));
        return transaction.commit();
    }

    private Lsn fillToSegment(Wal wal, int segments) {
        Lsn end = wal.flushLsn();
        while (wal.layout().segmentOf(end).value() < segments) {
            end = commit(wal, 100_000);
        }
        return end;
    }

    @Test
    void a_flush_waits_for_more_commits_only_while_so_many_transactions_are_open() throws Exception {
        Duration delay = Duration.ofMillis(50);
        try (Wal wal = open(WalOptions.DEFAULT.withCommitDelay(new CommitDelay(delay, 1)))) {
            world.letPass(Duration.ofSeconds(1));
            long begun = world.nanoTime();
            commit(wal, 100);
            assertThat(world.nanoTime() - begun).isLessThan(delay.toNanos());
            try (Transaction sibling = wal.begin()) {
                sibling.xid();
                begun = world.nanoTime();
                commit(wal, 100);
                assertThat(world.nanoTime() - begun).isGreaterThanOrEqualTo(delay.toNanos());
            }
        }
    }

    @Test
    void a_full_disk_refuses_commits_and_takes_them_again_when_there_is_space() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            world.letPass(Duration.ofSeconds(1));
            disk.capacity(16L << 20);
            int committed = 0;
            boolean isRefused = false;
            while (!isRefused) {
                try {
                    commit(wal, 100_000);
                    committed++;
                } catch (LogFullException e) {
                    isRefused = true;
                }
            }
            assertThat(wal.isOutOfSpace()).isTrue();
            assertThat(wal.failure()).isNull();

            disk.capacity(1L << 30);
            world.letPass(Duration.ofSeconds(2));
            commit(wal, 100);

            assertThat(EmptyLog.readAll(wal).stream().filter(TransactionRecord::isCommit).count())
                    .isEqualTo(committed + 1);
        }
    }

    @Test
    void a_checkpoint_finds_room_on_a_full_disk() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            world.letPass(Duration.ofSeconds(1));
            disk.capacity(16L << 20);
            assertThatThrownBy(() -> fillToSegment(wal, 100)).isInstanceOf(LogFullException.class);

            wal.flush(wal.insertLsn());
            wal.checkpointed(new CheckpointReport(EmptyLog.SYSTEM_ID, TimelineId.FIRST, wal.flushLsn()));
            world.letPass(Duration.ofSeconds(2));

            commit(wal, 100_000);
        }
    }

    @Test
    void a_segment_whose_ready_mark_finds_no_space_is_kept_and_marked_later() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT.withArchiving(true))) {
            disk.inject(new Fault.NoSpace(), 1, WalOnSimulatedDiskTest::isReadyMark);
            disk.inject(new Fault.NoSpace(), 2, WalOnSimulatedDiskTest::isReadyMark);
            fillToSegment(wal, 3);
            world.letPass(Duration.ofMillis(200));
            wal.checkpointed(new CheckpointReport(EmptyLog.SYSTEM_ID, TimelineId.FIRST, wal.flushLsn()));
            assertThat(wal.failure()).isNull();

            world.letPass(Duration.ofSeconds(3));
            assertThat(new ArchiveStatus(disk, WAL).ready())
                    .contains("000000010000000000000001", "000000010000000000000002");
            commit(wal, 10);
        }
    }

    private static boolean isReadyMark(DiskCall call) {
        return call.path().getFileName().toString().endsWith(ArchiveStatus.READY)
                && call.operation() == DiskCall.Operation.CREATE;
    }

    @Test
    void a_failed_write_of_the_log_is_latched_and_told_to_all() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            commit(wal, 10);
            disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == DiskCall.Operation.WRITE
                    && call.path().getFileName().toString().startsWith("00000001"));

            assertThatThrownBy(() -> commit(wal, 10)).isInstanceOf(WalFailedException.class);
            disk.clearFaults();
            assertThatThrownBy(() -> commit(wal, 10)).isInstanceOf(WalFailedException.class);
            assertThatThrownBy(() -> wal.message("app", ByteBuffer.allocate(1))).isInstanceOf(WalFailedException.class);
            assertThat(wal.failure()).isNotNull();
        }
    }

    @Test
    void commit_times_never_go_backwards_when_the_wall_clock_does() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            for (int i = 0; i < 50; i++) {
                commit(wal, 10);
                world.letPass(Duration.ofMillis(200));
                if (i == 20) {
                    world.stepWallClock(Duration.ofHours(-1));
                }
                if (i == 30) {
                    world.stepWallClock(Duration.ofHours(5));
                }
            }
            List<Long> times = new ArrayList<>();
            for (WalRecord record : EmptyLog.readAll(wal)) {
                if (TransactionRecord.isCommit(record)) {
                    times.add(TransactionRecord.decode(record).time());
                }
            }
            assertThat(times).hasSize(50).isSorted();
            assertThat(times.getLast() - times.getFirst()).as("a jump is followed slowly")
                    .isLessThan(Duration.ofMinutes(1).toNanos() / 1000);
        }
    }

    @Test
    void a_page_of_the_commit_log_is_begun_before_its_first_xid() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT, 32_766)) {
            for (int i = 0; i < 4; i++) {
                commit(wal, 10);
            }
            List<Object> order = new ArrayList<>();
            for (WalRecord record : EmptyLog.readAll(wal)) {
                if (ClogZeroPage.is(record)) {
                    order.add(ClogZeroPage.decode(record));
                } else if (TransactionRecord.isCommit(record)) {
                    order.add(record.xid());
                }
            }
            assertThat(order).containsExactly(32_766, 32_767, new ClogZeroPage(1), 32_768, 32_769);
        }
    }

    @Test
    void page_changes_past_the_memory_limit_come_back_from_their_file() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            wal.extend(RELATION, 1000);
            Transaction transaction = wal.begin();
            for (int block = 0; block < 1000; block++) {
                transaction.write(RELATION, block, 24, ByteBuffer.allocate(8000).putInt(0, block));
            }
            transaction.commit();

            int blocks = 0;
            for (WalRecord record : EmptyLog.readAll(wal)) {
                if (GenericDelta.is(record)) {
                    for (var reference : record.blocks()) {
                        assertThat(reference.block()).isEqualTo(blocks++);
                    }
                }
            }
            assertThat(blocks).isEqualTo(1000);
            assertThat(disk.list(WAL)).noneMatch(name -> name.contains("run"));
        }
    }

    @Test
    void more_page_changes_than_may_be_logged_at_once_abort_the_transaction() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            wal.extend(RELATION, 1);
            Transaction transaction = wal.begin();
            assertThatThrownBy(() -> {
                for (int i = 0; i < 10_000; i++) {
                    transaction.write(RELATION, 0, 24, ByteBuffer.allocate(8000));
                }
            }).isInstanceOf(TransactionAbortedException.class).hasMessageContaining("64 MB");
            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionAbortedException.class);
            assertThat(EmptyLog.readAll(wal)).noneMatch(GenericDelta::is);
        }
    }

    @Test
    void a_segment_goes_only_when_it_is_archived_and_needed_by_nobody() throws Exception {
        ArchiveStatus status = new ArchiveStatus(disk, WAL);
        WalOptions options = WalOptions.DEFAULT.withArchiving(true).withWalBytes(2 << 20, 2 << 20);
        try (Wal wal = open(options)) {
            fillToSegment(wal, 6);
            world.letPass(Duration.ofSeconds(1));
            assertThat(status.ready()).hasSize(5);

            status.markDone("000000010000000000000001");
            status.markDone("000000010000000000000002");
            Retention backup = wal.retain("backup", new Lsn(2 << 20));
            checkpoint(wal);
            assertThat(disk.list(WAL)).doesNotContain("000000010000000000000001")
                    .contains("000000010000000000000002", "000000010000000000000003");

            backup.close();
            checkpoint(wal);
            assertThat(disk.list(WAL)).doesNotContain("000000010000000000000002")
                    .contains("000000010000000000000003");
        }
    }

    private void checkpoint(Wal wal) throws IOException {
        wal.flush(wal.insertLsn());
        wal.checkpointed(new CheckpointReport(EmptyLog.SYSTEM_ID, TimelineId.FIRST, wal.flushLsn()));
        world.letPass(Duration.ofSeconds(2));
    }

    @Test
    void old_segments_become_future_ones_and_are_written_over() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT.withWalBytes(20 << 20, 40 << 20))) {
            for (int round = 1; round <= 3; round++) {
                fillToSegment(wal, 10 * round);
                checkpoint(wal);
                wal.switchSegment();
            }
            Retention rest = wal.retain("this test", wal.flushLsn());
            Lsn from = wal.flushLsn();
            fillToSegment(wal, 36);
            long commits = 0;
            try (var reader = wal.read(from)) {
                while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                    commits += TransactionRecord.isCommit(record) ? 1 : 0;
                }
                assertThat(reader.position()).isEqualTo(wal.flushLsn());
            }
            assertThat(commits).isGreaterThan(20);
            rest.close();
        }
    }

    @Test
    void a_reader_that_follows_the_log_sees_every_record_wherever_its_limit_stood() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Path directory = Path.of("/follow" + seed);
            disk.makeDirectories(directory);
            try (Wal wal = Wal.open(EmptyLog.in(disk, directory, 731), WalOptions.DEFAULT.withBufferBytes(256 << 10),
                    disk, world); WalReader reader = wal.read(EmptyLog.START)) {
                int committed = 0;
                int seen = 0;
                for (int i = 0; i < 60; i++) {
                    for (int n = random.nextInt(5); n > 0; n--) {
                        commit(wal, random.nextInt(random.nextInt(4) == 0 ? 60_000 : 500));
                        committed++;
                    }
                    reader.limit(wal.flushLsn());
                    // Not always to the end: what was read ahead must not outlive the limit either.
                    int most = random.nextInt(3) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
                    seen += readOn(reader, most, wal.flushLsn(), seed);
                }
                seen += readOn(reader, Integer.MAX_VALUE, wal.flushLsn(), seed);
                assertThat(reader.position()).as("seed " + seed).isEqualTo(wal.flushLsn());
                assertThat(seen).as("seed " + seed).isEqualTo(committed);
            }
        }
    }

    /// @return commits among the records read
    private static int readOn(WalReader reader, int most, Lsn limit, long seed) throws IOException {
        int commits = 0;
        for (int n = 0; n < most && reader.position().isBefore(limit); n++) {
            ReadOutcome outcome = reader.next();
            assertThat(outcome).as("seed " + seed).isInstanceOf(ReadOutcome.Complete.class);
            if (outcome instanceof ReadOutcome.Complete(WalRecord record, _) && TransactionRecord.isCommit(record)) {
                commits++;
            }
        }
        return commits;
    }
}
