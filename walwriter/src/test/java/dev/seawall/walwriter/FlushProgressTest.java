package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.SystemWorld;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A waiter that comes while a flush goes is woken though no other flush follows; and one that was woken is
/// forgotten.
class FlushProgressTest {

    private static final int ROUNDS = 50_000;

    private final FutureCompleter completer = new FutureCompleter();
    private final FlushProgress progress = new FlushProgress(new SystemWorld(), new Lsn(8), completer);
    /// What the other thread is to flush next, and what it has.
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong flushed = new AtomicLong();

    private void flusher() {
        Thread.ofPlatform().daemon().start(() -> {
            while (flushed.get() < ROUNDS) {
                long round = asked.get();
                if (round > flushed.get()) {
                    progress.flushed(lsn(round), lsn(round), 0).wake();
                    flushed.set(round);
                } else {
                    Thread.onSpinWait();
                }
            }
        });
    }

    private static long lsn(long round) {
        return 8 + 8 * round;
    }

    @Test
    void a_flush_between_a_waiters_look_and_its_entry_is_not_missed() {
        flusher();
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            for (long round = 1; round <= ROUNDS; round++) {
                asked.set(round);
                progress.await(lsn(round));
                assertThat(progress.durable()).isGreaterThanOrEqualTo(lsn(round));
            }
        });
    }

    @Test
    void a_flush_between_a_futures_look_and_its_entry_is_not_missed() {
        flusher();
        for (long round = 1; round <= ROUNDS; round++) {
            asked.set(round);
            CompletableFuture<Lsn> future = progress.future(lsn(round));
            while (flushed.get() < round) {
                Thread.onSpinWait();
            }
            completer.step();
            assertThat(future).as("round " + round).isDone();
        }
    }

    @Test
    void who_had_to_stay_still_wants_a_flush() throws Exception {
        Thread committer = Thread.ofVirtual().start(() -> progress.await(24));
        while (committer.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        assertThat(progress.isWanted()).isTrue();
        progress.flushed(16, 16, 0).wake();
        assertThat(committer.isAlive()).as("its record is not durable").isTrue();
        assertThat(progress.isWanted()).as("it waits on").isTrue();
        progress.flushed(24, 24, 0).wake();
        committer.join();
        assertThat(progress.isWanted()).as("nobody waits").isFalse();
    }

    @Test
    void a_thread_that_was_woken_is_held_no_longer() throws Exception {
        WeakReference<Thread> committer = committed();
        for (int i = 0; i < 100 && committer.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(committer.get()).isNull();
    }

    private WeakReference<Thread> committed() throws InterruptedException {
        Thread committer = Thread.ofVirtual().start(() -> progress.await(16));
        while (committer.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        progress.flushed(16, 16, 0).wake();
        committer.join();
        return new WeakReference<>(committer);
    }
}
