package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// How long a flush waits for the committers of the last one, and when not.
class GatheringTest {

    private static final long FLUSH_NANOS = 400_000;

    private final List<Long> waits = new ArrayList<>();
    private Runnable meanwhile = () -> {};
    private long now;
    private final Gathering gathering = new Gathering(new World() {
        @Override
        public boolean park(BooleanSupplier until, long nanos) {
            waits.add(nanos);
            meanwhile.run();
            return until.getAsBoolean();
        }

        @Override
        public void unpark(Thread thread) {
            assertThat(thread).isSameAs(Thread.currentThread());
            waits.add(-1L);
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public RandomGenerator random() {
            return new Random(1);
        }

        @Override
        public Running start(Role role) {
            throw new AssertionError(role.name());
        }
    });

    private void join(int count) {
        for (int i = 0; i < count; i++) {
            gathering.joined();
        }
    }

    private void flushed(int count) {
        for (int i = 0; i < 100; i++) {
            gathering.took(FLUSH_NANOS);
        }
        gathering.released(count);
    }

    @Test
    void nobody_is_waited_for_before_somebody_has_committed() {
        gathering.await(() -> false);
        assertThat(waits).isEmpty();
    }

    @Test
    void a_flush_waits_for_those_of_the_last_one_and_those_who_stand_and_the_last_to_come_ends_it() {
        join(5);
        flushed(3);
        meanwhile = () -> join(3);
        gathering.await(() -> false);
        assertThat(waits).hasSize(2);
        assertThat(waits.getFirst()).as("half as long as flushes take").isBetween(190_000L, 200_000L);
        assertThat(waits.getLast()).as("woken once").isEqualTo(-1);
    }

    @Test
    void it_does_not_wait_when_all_are_there() {
        join(2);
        flushed(2);
        join(2);
        gathering.await(() -> false);
        assertThat(waits).isEmpty();
    }

    @Test
    void where_they_do_not_come_it_asks_less_and_less_often() {
        for (int i = 0; i < 10_000; i++) {
            join(1);
            flushed(1);
            gathering.await(() -> false);
        }
        assertThat(waits).hasSizeBetween(10, 25);
        meanwhile = () -> join(1);
        for (int i = 0; i < 10_000; i++) {
            flushed(1);
            gathering.await(() -> false);
            flushed(1);
        }
        assertThat(waits.size()).as("they come again").isGreaterThan(8_000);
    }

    @Test
    void where_two_crowds_commit_more_it_does_not_wait() {
        meanwhile = () -> join(1);
        int waitedBefore = 0;
        for (int i = 0; i < 100_000; i++) {
            int waited = waits.size();
            gathering.await(() -> false);
            boolean isOneCrowd = waits.size() > waited;
            if (!isOneCrowd) {
                join(1);
            }
            now += isOneCrowd ? 150_000 : 100_000;
            flushed(1);
            if (i == 50_000) {
                waitedBefore = waits.size();
            }
        }
        assertThat(waits.size() - waitedBefore).as("of 50,000 flushes, two entries each").isBetween(100, 10_000);
    }
}
