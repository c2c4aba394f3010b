package dev.seawall.tools.walbench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoadsTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    /// Becomes durable 7 at a time, and only when somebody waits.
    private static class Grudging implements Engine, Stream.Futures<Integer> {

        private final int window;
        private final AtomicInteger appended = new AtomicInteger();
        private int durable;
        private int most;

        Grudging(int window) {
            this.window = window;
        }

        @Override
        public void commit() {
            appended.incrementAndGet();
        }

        @Override
        public Stream stream() {
            return this;
        }

        @Override
        public Integer append() {
            most = Math.max(most, appended.get() + 1 - durable);
            return appended.incrementAndGet();
        }

        @Override
        public boolean isDurable(Integer record) {
            return record <= durable;
        }

        @Override
        public void await(Integer record) {
            assertThat(record).as("records are waited for in order").isLessThanOrEqualTo(durable + 1);
            assertThat(appended.get() - durable).as("on their way").isLessThanOrEqualTo(window);
            durable = record <= durable ? durable : Math.min(appended.get(), durable + 7);
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Test
    void a_producer_has_no_more_on_their_way_than_its_window_and_waits_for_all_at_the_end() throws Exception {
        Grudging engine = new Grudging(100);

        Measurement measured = Loads.run(engine, new Load(Load.Kind.WINDOW, 100, 10), SHORT, SHORT);

        assertThat(engine.most).isEqualTo(100);
        assertThat(engine.durable).isEqualTo(engine.appended.get());
        assertThat(measured.operations()).isPositive().isLessThan(engine.appended.get());
        assertThat(measured.logBytes()).isEqualTo(10 * measured.operations());
        assertThat(measured.latency().getTotalCount()).isBetween(measured.operations() / 64 - 2,
                measured.operations() / 64 + 4);
    }

    @Test
    void committers_count_what_is_committed_while_it_is_measured() throws Exception {
        Grudging engine = new Grudging(1);

        Measurement measured = Loads.run(engine, new Load(Load.Kind.PLATFORM, 3, 10), SHORT, SHORT);

        assertThat(measured.operations()).isPositive().isLessThan(engine.appended.get());
        assertThat(measured.latency().getTotalCount()).isEqualTo(measured.operations());
    }

    @Test
    void a_committer_that_fails_fails_the_load() {
        Engine failing = new Engine() {
            @Override
            public void commit() throws Exception {
                throw new java.io.IOException("the disk is gone");
            }

            @Override
            public Stream stream() {
                return (Stream.Batches) records -> { };
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };

        assertThatThrownBy(() -> Loads.run(failing, new Load(Load.Kind.VIRTUAL, 2, 1), SHORT, SHORT))
                .hasRootCauseMessage("the disk is gone");
    }

    @Test
    void a_batch_counts_as_many_as_it_has() throws Exception {
        AtomicLong records = new AtomicLong();
        Engine engine = new Grudging(1) {
            @Override
            public Stream stream() {
                return (Stream.Batches) records::addAndGet;
            }
        };

        Measurement measured = Loads.run(engine, new Load(Load.Kind.WINDOW, 1000, 1), Duration.ZERO, SHORT);

        assertThat(measured.operations() + 1000).isEqualTo(records.get());
        assertThat(measured.operations() % 1000).isZero();
    }

    @Test
    void a_load_reads_as_it_is_written() {
        for (Load.Kind kind : Load.Kind.values()) {
            Load load = new Load(kind, 64, 200);

            assertThat(Load.parse(load.toString())).isEqualTo(load);
        }
        assertThatThrownBy(() -> Load.parse("virtual:8")).hasMessageContaining("KIND:COUNT:BYTES");
        assertThatThrownBy(() -> Load.parse("virtual:0:1")).isInstanceOf(IllegalArgumentException.class);
    }
}
