package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitLineTest {

    private static final class Guest implements WaitLine.Waiting<Guest> {
        private final long lsn;
        private @Nullable Guest next;

        Guest(long lsn) {
            this.lsn = lsn;
        }

        @Override
        public long lsn() {
            return lsn;
        }

        @Override
        public @Nullable Guest next() {
            return next;
        }

        @Override
        public void next(@Nullable Guest follower) {
            next = follower;
        }
    }

    private final WaitLine<Guest> line = new WaitLine<>();

    private void join(long... lsns) {
        for (long lsn : lsns) {
            line.join(new Guest(lsn));
        }
    }

    private List<Long> release(long durable) {
        List<Long> released = new ArrayList<>();
        line.release(durable, guest -> {
            assertThat(guest.next).isNull();
            released.add(guest.lsn);
        });
        return released;
    }

    @Test
    void those_are_released_whose_place_is_durable_in_the_order_of_their_coming() {
        join(10, 30, 20);
        assertThat(release(20)).containsExactly(10L, 20L);
        assertThat(line.isEmpty()).isFalse();
        join(25, 15);
        assertThat(release(20)).containsExactly(15L);
        assertThat(release(30)).containsExactly(30L, 25L);
        assertThat(line.isEmpty()).isTrue();
        assertThat(release(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void one_that_is_released_may_join_again_at_once() {
        join(1);
        line.release(1, line::join);
        assertThat(release(1)).containsExactly(1L);
    }

    @Test
    void nobody_is_lost_while_many_join() throws Exception {
        AtomicInteger coming = new AtomicInteger(4);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int j = 0; j < 20_000; j++) {
                    line.join(new Guest(j));
                }
                coming.decrementAndGet();
            }));
        }
        int released = 0;
        while (coming.get() > 0) {
            released += release(10_000).size();
        }
        assertThat(released + release(Long.MAX_VALUE).size()).isEqualTo(80_000);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
