package dev.seawall.walwriter.syncrep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.cluster.SyncCommits.Level;
import dev.seawall.walwriter.cluster.SyncCommits.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Real threads, thousands of them.
final class SyncRepStressTest {

    private static final int THREADS = 2000;
    private static final int ROUNDS = 5;

    private final AtomicLong logged = new AtomicLong(100);
    private final AtomicLong flushed = new AtomicLong(100);

    private List<Standby> standbys() {
        Lsn at = new Lsn(flushed.get());
        return List.of(new Standby(1, "a", true, at, at, at));
    }

    @Test
    void thousands_wait_and_each_returns_when_its_commit_is_there_and_not_before() throws Exception {
        AtomicInteger tooEarly = new AtomicInteger();
        AtomicInteger stopped = new AtomicInteger();
        try (SyncRep syncRep = new SyncRep(new SystemWorld(), Thread.ofVirtual()::start, () -> true, this::standbys)) {
            syncRep.configure(StandbyNames.parse("a"), Level.FLUSH);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                boolean isImpatient = i % 10 == 0;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        long commit = logged.incrementAndGet();
                        if (syncRep.await(new Lsn(commit), Level.FLUSH, () -> isImpatient) == Outcome.STOPPED) {
                            stopped.incrementAndGet();
                        } else if (flushed.get() < commit) {
                            tooEarly.incrementAndGet();
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                while (thread.isAlive()) {
                    flushed.set(logged.get());
                    syncRep.update();
                }
            }
            assertThat(syncRep.status().waiting()).isZero();
        }
        assertThat(tooEarly).hasValue(0);
        assertThat(stopped.get()).isLessThanOrEqualTo(THREADS / 10 * ROUNDS);
    }
}
