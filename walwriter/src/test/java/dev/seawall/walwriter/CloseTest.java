package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log ends while others use it: nobody waits for ever, nobody is told what is not so.
class CloseTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Wal open() throws IOException {
        LinuxDisk disk = new LinuxDisk();
        return Wal.open(EmptyLog.in(disk, directory, 731), WalOptions.DEFAULT.withBufferBytes(64 << 10), disk,
                new SystemWorld());
    }

    private static Transaction written(Wal wal, int bytes) {
        Transaction transaction = wal.begin();
        transaction.message("app", ByteBuffer.allocate(bytes));
        return transaction;
    }

    @Test
    void every_future_of_a_commit_is_complete_soon_after_the_close() throws Exception {
        List<CompletableFuture<Lsn>> futures = new ArrayList<>();
        try (Wal wal = open()) {
            for (int i = 0; i < 500; i++) {
                futures.add(written(wal, 100).commitAsync());
            }
        }
        for (CompletableFuture<Lsn> future : futures) {
            future.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_log_that_is_closed_refuses() throws Exception {
        Wal wal = open();
        Transaction open = written(wal, 100);
        wal.close();
        assertThatThrownBy(open::commit).isInstanceOf(WalFailedException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> wal.message("app", ByteBuffer.allocate(1))).isInstanceOf(WalFailedException.class);
        assertThatThrownBy(() -> wal.restorePoint("late")).isInstanceOf(WalFailedException.class);
        open.close();
    }

    @Test
    void a_close_between_appenders_leaves_none_of_them_waiting() throws Exception {
        Wal wal = open();
        int threads = 16;
        CountDownLatch done = new CountDownLatch(threads);
        AtomicInteger committed = new AtomicInteger();
        for (int t = 0; t < threads; t++) {
            int bytes = t % 4 == 0 ? 200_000 : 300;
            (t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(() -> {
                try {
                    while (true) {
                        written(wal, bytes).commit();
                        committed.incrementAndGet();
                    }
                } catch (WalFailedException | IllegalStateException e) {
                    // Told that it is over, before its place or after.
                } finally {
                    done.countDown();
                }
            });
        }
        while (committed.get() < 100) {
            Thread.onSpinWait();
        }
        assertTimeoutPreemptively(LIMIT, wal::close);
        assertThat(done.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void who_is_told_of_a_failure_may_close_the_log() throws Exception {
        Wal wal = open();
        CountDownLatch closed = new CountDownLatch(1);
        wal.onFlush(() -> {
            throw new IllegalStateException("broken");
        });
        wal.onFailure(() -> {
            try {
                wal.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            closed.countDown();
        });
        Thread.ofVirtual().start(() -> written(wal, 10).commit());
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void behind_the_fence_no_segment_is_switched() throws Exception {
        try (Wal wal = open()) {
            written(wal, 10).commit();
            Lsn end = wal.fence();
            assertThatThrownBy(wal::switchSegment).isInstanceOf(IllegalStateException.class);
            assertThat(wal.insertLsn()).isEqualTo(end);
            wal.shutdown(new CheckpointReport(EmptyLog.SYSTEM_ID, TimelineId.FIRST, wal.layout().startOf(end)));
        }
    }

    @Test
    void a_log_that_could_not_be_opened_leaves_the_directory_free() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        Path cluster = Path.of("/cluster");
        disk.makeDirectories(cluster);
        StartedLog started = EmptyLog.in(disk, cluster, 731);
        disk.open(cluster.resolve("pg_wal/xlogtemp.left"),
                Set.of(Disk.Open.CREATE)).close();
        disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == DiskCall.Operation.DELETE);
        assertThatThrownBy(() -> Wal.open(started, WalOptions.DEFAULT, disk, new SystemWorld()))
                .isInstanceOf(IOException.class);
        DirectoryLock.take(disk, cluster).close();
    }
}
