package dev.seawall.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SimulatedWorldTest {

    private final SimulatedWorld world = new SimulatedWorld(1);

    @Test
    void a_wait_gives_roles_their_turn_until_its_condition_holds() {
        Worker worker = new Worker("worker", 3, Duration.ofHours(1));
        world.start(worker);

        assertThat(world.park(() -> worker.done == 3, Duration.ofSeconds(1).toNanos())).isTrue();
    }

    @Test
    void a_wait_with_a_limit_ends_at_it_in_virtual_time() {
        long before = world.nanoTime();

        assertThat(world.park(() -> false, Duration.ofDays(365).toNanos())).isFalse();
        assertThat(Duration.ofNanos(world.nanoTime() - before)).isBetween(
                Duration.ofDays(365), Duration.ofDays(366));
    }

    @Test
    void an_idle_role_looks_again_after_its_nap() {
        Worker worker = new Worker("worker", 0, Duration.ofMinutes(1));
        world.start(worker);
        world.letPass(Duration.ofMinutes(10));

        assertThat(worker.done).isBetween(9, 11);
    }

    @Test
    void a_wait_that_nobody_can_end_is_a_deadlock_with_names() {
        Worker worker = new Worker("wal-flusher", 1, Duration.ofNanos(Long.MAX_VALUE));
        world.start(worker);

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> world.park(() -> false))
                .withMessageContaining("deadlock").withMessageContaining("wal-flusher");
    }

    @Test
    void a_role_that_works_without_end_is_found_out() {
        world.start(new Worker("busy", Integer.MAX_VALUE, Duration.ZERO));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> world.park(() -> false)).withMessageContaining("busy");
    }

    @Test
    void a_role_may_wait_for_another_but_never_gets_a_turn_inside_its_own() {
        Worker flusher = new Worker("flusher", 2, Duration.ofHours(1));
        Worker checkpointer = new Worker("checkpointer", 1, Duration.ofHours(1));
        checkpointer.body = () -> world.park(() -> flusher.done == 2, Long.MAX_VALUE);
        world.start(checkpointer);
        world.start(flusher);
        world.park(() -> checkpointer.done == 1);

        assertThat(flusher.done).isEqualTo(2);
    }

    @Test
    void a_failed_role_is_told_and_never_runs_again() {
        Worker worker = new Worker("worker", 5, Duration.ofMillis(1));
        worker.body = () -> {
            throw new IllegalStateException("broken");
        };
        World.Running running = world.start(worker);
        world.letPass(Duration.ofSeconds(1));

        assertThat(worker.told).hasMessage("broken");
        assertThat(running.failure()).hasMessage("broken");
        assertThat(worker.steps).isEqualTo(1);
    }

    @Test
    void a_power_cut_goes_to_the_top() {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.kill();
        Worker worker = new Worker("worker", 5, Duration.ofMillis(1));
        worker.body = () -> disk.exists(Path.of("/"));
        world.start(worker);

        assertThatThrownBy(() -> world.letPass(Duration.ofSeconds(1))).isInstanceOf(PowerCut.class);
        assertThat(worker.told).isNull();
    }

    @Test
    void a_closed_role_rests() throws Exception {
        Worker worker = new Worker("worker", 5, Duration.ofMillis(1));
        World.Running running = world.start(worker);
        running.close();
        world.letPass(Duration.ofSeconds(1));

        assertThat(worker.steps).isZero();
    }

    @Test
    void the_wall_clock_can_step_while_the_monotonic_one_goes_on() {
        Instant wall = world.now();
        long monotonic = world.nanoTime();
        world.stepWallClock(Duration.ofHours(-1));

        assertThat(world.now()).isBefore(wall.minusSeconds(3599));
        assertThat(world.nanoTime()).isGreaterThanOrEqualTo(monotonic);
    }

    @Test
    void one_seed_is_one_order_and_seeds_differ() {
        assertThat(orderOf(7)).isEqualTo(orderOf(7));
        assertThat(List.of(orderOf(1), orderOf(2), orderOf(3), orderOf(4))).doesNotHaveDuplicates();
    }

    private static List<String> orderOf(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed);
        List<String> order = new ArrayList<>();
        for (String name : new String[] {"a", "b", "c"}) {
            Worker worker = new Worker(name, 20, Duration.ofHours(1));
            worker.body = () -> order.add(name);
            world.start(worker);
        }
        world.settle();
        return order;
    }

    private static final class Worker implements Role {

        private final String name;
        private final Duration nap;
        private int left;
        private int steps;
        private int done;
        private Callable<?> body = () -> 0;
        private @Nullable Throwable told;

        Worker(String name, int left, Duration nap) {
            this.name = name;
            this.left = left;
            this.nap = nap;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean hasWork() {
            return left > 0;
        }

        @Override
        public void step() throws Exception {
            steps++;
            left--;
            body.call();
            done++;
        }

        @Override
        public Duration nap() {
            return nap;
        }

        @Override
        public void failed(Throwable cause) {
            told = cause;
        }
    }
}
