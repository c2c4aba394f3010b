package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who flushes: a lone committer in a platform thread itself, nobody's virtual thread, and never the one
/// who takes a future. And who waits while a flush stalls: those who want it, nobody else.
@Timeout(60)
class FlushTurnTest {

    private static final ByteBuffer CONTENT = ByteBuffer.allocate(200);

    @TempDir
    Path directory;

    private final Queue<String> flushers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isStalled = new AtomicBoolean();
    private final CountDownLatch isReached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private Wal open() throws IOException {
        var disk = WatchedDisk.of(this::beforeSegmentCall);
        return Wal.open(EmptyLog.in(disk, directory, 731), WalOptions.DEFAULT.withBufferBytes(64 << 10), disk,
                new SystemWorld());
    }

    private void beforeSegmentCall() {
        flushers.add(Thread.currentThread().getName());
        if (isStalled.get()) {
            isReached.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void a_lone_committer_flushes_in_its_own_thread() throws Exception {
        try (Wal wal = open()) {
            MessageAppender messages = wal.messages("app");
            messages.flush(messages.append(CONTENT));
            flushers.clear();
            for (int i = 0; i < 20; i++) {
                messages.flush(messages.append(CONTENT));
            }
            // Not each: the log's own watermark, now and then, is the flusher's.
            assertThat(flushers).filteredOn(Thread.currentThread().getName()::equals).hasSizeGreaterThan(10);
        }
    }

    @Test
    void a_virtual_thread_and_a_future_leave_it_to_the_flusher() throws Exception {
        try (Wal wal = open()) {
            MessageAppender messages = wal.messages("app");
            messages.flush(messages.append(CONTENT));
            flushers.clear();
            Thread.ofVirtual().name("virtual").start(() -> messages.flush(messages.append(CONTENT))).join();
            messages.flushed(messages.append(CONTENT)).get(10, TimeUnit.SECONDS);
            assertThat(flushers).isNotEmpty().containsOnly("wal-flusher");
        }
    }

    @Test
    void appends_go_on_into_the_buffers_while_a_flush_stalls_until_they_are_full() throws Exception {
        try (Wal wal = open()) {
            MessageAppender messages = wal.messages("app");
            isStalled.set(true);
            Thread committer = Thread.ofPlatform().start(() -> messages.flush(messages.append(CONTENT)));
            isReached.await();

            List<CompletableFuture<Lsn>> wanted = IntStream.range(0, 100)
                    .mapToObj(_ -> messages.flushed(messages.append(CONTENT))).toList();
            assertThat(wanted).noneMatch(CompletableFuture::isDone);
            assertThat(wal.counters().timesBuffersFull()).isZero();
            Thread flood = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 1_000; i++) {
                    messages.append(CONTENT);
                }
            });
            while (wal.counters().timesBuffersFull() == 0) {
                Thread.onSpinWait();
            }
            assertThat(flood.isAlive()).isTrue();
            assertThat(committer.isAlive()).isTrue();

            isStalled.set(false);
            goOn.countDown();
            committer.join();
            flood.join();
            for (CompletableFuture<Lsn> future : wanted) {
                future.get(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void a_close_waits_for_the_committer_that_is_in_the_middle_of_a_flush() throws Exception {
        Wal wal = open();
        MessageAppender messages = wal.messages("app");
        isStalled.set(true);
        Thread committer = Thread.ofPlatform().start(() -> messages.flush(messages.append(CONTENT)));
        isReached.await();
        wal.fail(new IOException("somebody else's"));
        Thread closer = Thread.ofPlatform().start(() -> assertThatCode(wal::close).doesNotThrowAnyException());
        closer.join(300);
        assertThat(closer.isAlive()).isTrue();
        goOn.countDown();
        closer.join();
        committer.join();
    }
}
