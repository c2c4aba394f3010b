package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.body.Watermark;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.witness.PostgresPrograms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The log on a real disk with real threads.
class WalTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);

    @TempDir
    Path directory;

    private final Disk disk = new LinuxDisk();

    private Wal open(WalOptions options) throws Exception {
        return Wal.open(EmptyLog.in(disk, directory, 731), options, disk, new SystemWorld());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("dev.seawall.walwriter.segments.FlushPath#all")
    void a_committed_message_can_be_read_back(FlushPath path) throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT.withFlushPath(path))) {
            Transaction transaction = wal.begin();
            transaction.message("app", bytes("hello"));
            Lsn end = transaction.commit();

            assertThat(wal.flushLsn().isAtLeast(end)).isTrue();
            assertThat(wal.flushPath()).isEqualTo(path);
            List<WalRecord> records = EmptyLog.readAll(wal);
            WalRecord message = records.stream().filter(LogicalMessage::is)
                    .filter(record -> record.xid() != 0).findFirst().orElseThrow();
            assertThat(LogicalMessage.decode(message).content()).isEqualTo(bytes("hello"));
            assertThat(records.stream().filter(TransactionRecord::isCommit).map(WalRecord::xid)).containsExactly(731);
        }
    }

    @Test
    void records_from_many_threads_through_a_small_ring_are_all_read_back() throws Exception {
        int threads = 8;
        int perThread = 300;
        long seed = System.nanoTime();
        try (Wal wal = open(WalOptions.DEFAULT.withBufferBytes(128 << 10))) {
            CountDownLatch done = new CountDownLatch(threads);
            List<Throwable> failures = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Random random = new Random(seed + t);
                Runnable work = () -> {
                    try {
                        for (int i = 0; i < perThread; i++) {
                            Transaction transaction = wal.begin();
                            int size = random.nextInt(20) == 0 ? random.nextInt(300_000) : random.nextInt(400);
                            transaction.message("app", ByteBuffer.wrap(new byte[size]));
                            transaction.commit();
                        }
                    } catch (Throwable failure) {
                        synchronized (failures) {
                            failures.add(failure);
                        }
                    } finally {
                        done.countDown();
                    }
                };
                if (t % 2 == 0) {
                    Thread.ofVirtual().start(work);
                } else {
                    Thread.ofPlatform().daemon().start(work);
                }
            }
            done.await();
            assertThat(failures).as("seed " + seed).isEmpty();
            long commits = EmptyLog.readAll(wal).stream().filter(TransactionRecord::isCommit).count();
            assertThat(commits).as("seed " + seed).isEqualTo(threads * perThread);
        }
    }

    @Test
    void futures_complete_when_the_commit_is_durable() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            List<CompletableFuture<Lsn>> futures = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                Transaction transaction = wal.begin();
                transaction.message("app", bytes("message " + i));
                futures.add(transaction.commitAsync());
            }
            for (CompletableFuture<Lsn> future : futures) {
                Lsn end = future.get();
                assertThat(wal.flushLsn().isAtLeast(end)).isTrue();
            }
        }
    }

    @Test
    void page_changes_stand_directly_in_front_of_their_commit() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            wal.extend(RELATION, 40);
            Transaction first = wal.begin();
            first.write(RELATION, 1, 24, bytes("one"));
            Transaction second = wal.begin();
            second.write(RELATION, 1, 24, bytes("two"));
            second.commit();
            for (int block = 0; block < 40; block++) {
                for (int i = 0; i < 40; i++) {
                    first.write(RELATION, block, 24 + 100 * i, ByteBuffer.allocate(1000));
                }
            }
            long id = first.xid();
            first.commit();

            List<WalRecord> records = EmptyLog.readAll(wal);
            List<WalRecord> own = records.stream().filter(record -> record.xid() == (int) id).toList();
            assertThat(TransactionRecord.isCommit(own.getLast())).isTrue();
            for (int i = 1; i < own.size(); i++) {
                assertThat(own.get(i).previous()).isEqualTo(own.get(i - 1).start());
            }
            assertThat(own).hasSizeGreaterThan(10);
        }
    }

    @Test
    void a_page_change_that_cannot_be_redone_is_refused_before_it_is_logged() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            wal.extend(RELATION, 1);
            Transaction transaction = wal.begin();
            assertThatThrownBy(() -> transaction.write(RELATION, 1, 24, bytes("x")))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not exist");
            assertThatThrownBy(() -> transaction.write(RELATION, 0, 23, bytes("x")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> transaction.write(RELATION, 0, 8190, bytes("xyz")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_message_may_not_pass_for_one_of_the_logs_own() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            assertThatThrownBy(() -> wal.message(Watermark.PREFIX, bytes("12345678")))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("reserved");
            assertThatThrownBy(() -> wal.begin().message("seawall.relations", bytes("")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void pg_waldump_reads_what_was_written() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            wal.extend(RELATION, 100);
            for (int i = 0; i < 200; i++) {
                Transaction transaction = wal.begin();
                transaction.message("app", ByteBuffer.wrap(new byte[i * 37]));
                transaction.write(RELATION, i % 100, 24 + i, bytes("page bytes"));
                if (i % 7 == 0) {
                    transaction.abort();
                } else {
                    transaction.commit();
                }
                if (i == 50 || i == 51) {
                    wal.switchSegment();
                }
                if (i == 120) {
                    wal.restorePoint("half way");
                }
            }
            Transaction large = wal.begin();
            large.message("large", ByteBuffer.wrap(new byte[5 << 20]));
            large.commit();
            wal.flush(wal.insertLsn());
            Retention whole = wal.retain("this test", EmptyLog.START);
            wal.checkpointed(new CheckpointReport(EmptyLog.SYSTEM_ID, TimelineId.FIRST, wal.flushLsn()));

            Lsn end = wal.flushLsn();
            long expected = EmptyLog.readAll(wal).stream().filter(record -> record.start().isBefore(end)).count();
            PostgresPrograms.Output output = PostgresPrograms.run("pg_waldump", "-p",
                    directory.resolve("pg_wal").toString(), "-s", "0/100000", "-e", end.toString());
            assertThat(output.err()).isEmpty();
            assertThat(output.lines().stream().filter(line -> line.startsWith("rmgr:")).count()).isEqualTo(expected);
            whole.close();
        }
        PostgresPrograms.Output control = PostgresPrograms.run("pg_controldata", directory.toString());
        assertThat(control.orFail()).contains("in production").doesNotContain("WARNING");
    }

    @Test
    void an_idle_log_ends_in_a_watermark_that_speaks_of_all_before_it() throws Exception {
        try (Wal wal = open(WalOptions.DEFAULT)) {
            Transaction transaction = wal.begin();
            transaction.message("app", bytes("x"));
            Lsn end = transaction.commit();
            long patience = System.nanoTime() + 5_000_000_000L;
            while (wal.flushLsn().equals(end) && System.nanoTime() < patience) {
                Thread.onSpinWait();
            }
            WalRecord last = EmptyLog.readAll(wal).getLast();
            assertThat(LogicalMessage.decode(last).prefix()).isEqualTo("seawall.watermark");
            assertThat(Watermark.decode(last).durable()).isEqualTo(last.start());
        }
    }
}
