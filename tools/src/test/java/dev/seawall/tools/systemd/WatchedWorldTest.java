package dev.seawall.tools.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.daemon.Supervisor;
import dev.seawall.wal.disk.NotifyReceiver;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchedWorldTest {

    private static final Duration INTERVAL = Duration.ofMillis(1000);

    private final ByHand hand = new ByHand();
    private final Counting supervisor = new Counting();
    private final WatchedWorld watched = new WatchedWorld(hand, supervisor);

    @TempDir
    Path directory;

    @Test
    void a_tick_needs_every_loop_to_have_come_round() throws Exception {
        watched.start(new Quiet());
        watched.start(new Quiet());

        hand.millis(1000);
        hand.step(0);
        assertThat(supervisor.ticks).as("only one came round").isZero();
        hand.step(1);
        assertThat(supervisor.ticks).isEqualTo(1);

        hand.millis(1000);
        for (int turn = 0; turn < 10; turn++) {
            hand.step(1);
        }
        assertThat(supervisor.ticks).as("however often one turns, the other hangs").isEqualTo(1);
        hand.step(0);
        assertThat(supervisor.ticks).isEqualTo(2);
    }

    @Test
    void a_tick_is_told_once_an_interval() throws Exception {
        watched.start(new Quiet());

        for (int turn = 0; turn < 100; turn++) {
            hand.millis(100);
            hand.step(0);
        }

        assertThat(supervisor.ticks).isEqualTo(10);
    }

    @Test
    void a_loop_without_work_comes_round_twice_an_interval() {
        watched.start(new Quiet());

        assertThat(hand.roles.get(0).nap()).isEqualTo(INTERVAL.dividedBy(2));
    }

    @Test
    void a_loop_that_ended_is_not_waited_for_but_one_that_failed_is() throws Exception {
        World.Running ended = watched.start(new Quiet());
        watched.start(new Quiet());
        ended.close();

        hand.millis(1000);
        hand.step(1);
        assertThat(supervisor.ticks).isEqualTo(1);

        watched.start(new Quiet());
        hand.roles.get(2).failed(new AssertionError("planted"));
        hand.millis(1000);
        hand.step(1);
        assertThat(supervisor.ticks).isEqualTo(1);
    }

    @Test
    void a_wait_with_a_limit_comes_round_and_one_without_does_not() throws Exception {
        watched.start(new Quiet() {
            @Override
            public void step() {
                watched.park(() -> false, Duration.ofMillis(5000).toNanos());
                assertThat(supervisor.ticks).as("ticks while it waited").isEqualTo(5);
                assertThat(hand.now().toEpochMilli()).as("it waited as long as it was told to").isEqualTo(5000);
                watched.park(() -> hand.now().toEpochMilli() >= 60_000, Long.MAX_VALUE);
                assertThat(supervisor.ticks).as("ticks while it waited for ever").isEqualTo(5);
            }
        });

        hand.step(0);

        assertThat(supervisor.ticks).as("it came round in the end").isEqualTo(6);
    }

    @Test
    void who_is_no_role_waits_unseen() {
        watched.start(new Quiet());

        watched.park(() -> false, Duration.ofSeconds(10).toNanos());

        assertThat(supervisor.ticks).isZero();
    }

    @Test
    void a_loop_that_is_no_role_counts_as_one() throws Exception {
        WatchedWorld.Pulse main = watched.watch();
        watched.start(new Quiet());

        hand.millis(1000);
        hand.step(0);
        assertThat(supervisor.ticks).isZero();
        main.beat();
        assertThat(supervisor.ticks).isEqualTo(1);
    }

    @Test
    void without_a_watchdog_a_role_naps_as_it_likes() throws Exception {
        WatchedWorld unwatched = new WatchedWorld(hand, Supervisor.NONE);
        unwatched.start(new Quiet());

        assertThat(hand.roles.get(0).nap()).isEqualTo(Duration.ofHours(1));
        hand.millis(3_600_000);
        hand.step(0);
        unwatched.park(() -> false, Duration.ofSeconds(1).toNanos());
    }

    /// The whole way, with threads: a manager that waits 400 ms at most hears of two idle roles in
    /// time, and nothing more once one of them hangs.
    @Test
    void real_roles_feed_a_real_socket_until_one_hangs() throws Exception {
        String socket = directory.resolve("notify").toString();
        Semaphore hanging = new Semaphore(1);
        try (NotifyReceiver systemd = new NotifyReceiver(socket)) {
            World world = new WatchedWorld(new SystemWorld(), SystemdSupervisor.of(
                    Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "400000"), 1));
            try (World.Running _ = world.start(new Quiet());
                    World.Running _ = world.start(new Quiet() {
                        @Override
                        public void step() throws InterruptedException {
                            hanging.acquire();
                            hanging.release();
                        }
                    })) {
                for (int tick = 0; tick < 4; tick++) {
                    assertThat(systemd.receive(2000)).contains("WATCHDOG=1");
                }
                hanging.acquire();
                while (systemd.receive(0).isPresent()) {
                    // What was told before it hung.
                }
                systemd.receive(300);
                assertThat(systemd.receive(700)).as("a tick after a role hung").isEmpty();
                hanging.release();
                assertThat(systemd.receive(2000)).contains("WATCHDOG=1");
            }
        }
    }

    /// A role that never has work.
    private static class Quiet implements Role {

        @Override
        public String name() {
            return "quiet";
        }

        @Override
        public boolean hasWork() {
            return false;
        }

        @Override
        public void step() throws Exception {}

        @Override
        public Duration nap() {
            return Duration.ofHours(1);
        }

        @Override
        public void failed(Throwable cause) {}
    }

    /// A world whose roles step, and whose time passes, when the test says so; waiting takes the time
    /// it takes.
    private static final class ByHand implements World {

        private final List<Role> roles = new ArrayList<>();
        private long nanos;

        void millis(long passed) {
            nanos += TimeUnit.MILLISECONDS.toNanos(passed);
        }

        void step(int role) throws Exception {
            roles.get(role).step();
        }

        @Override
        public Instant now() {
            return Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(nanos));
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public RandomGenerator random() {
            return RandomGenerator.of("L64X128MixRandom");
        }

        @Override
        public boolean park(BooleanSupplier until, long limit) {
            long deadline = limit == Long.MAX_VALUE ? Long.MAX_VALUE : nanos + limit;
            while (!until.getAsBoolean() && nanos < deadline) {
                nanos = Math.min(deadline, nanos + TimeUnit.MILLISECONDS.toNanos(1));
            }
            return until.getAsBoolean();
        }

        @Override
        public void unpark(Thread thread) {}

        @Override
        public Running start(Role role) {
            roles.add(role);
            return new Running() {
                @Override
                public void wake() {}

                @Override
                public @Nullable Throwable failure() {
                    return null;
                }

                @Override
                public void close() {}
            };
        }
    }

    private static final class Counting implements Supervisor {

        private int ticks;

        @Override
        public void ready(String status) {}

        @Override
        public void status(String text) {}

        @Override
        public void reloading() {}

        @Override
        public void stopping(String status) {}

        @Override
        public Optional<Duration> watchdogInterval() {
            return Optional.of(INTERVAL);
        }

        @Override
        public void watchdogTick() {
            ticks++;
        }
    }
}
