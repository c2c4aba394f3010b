package dev.seawall.checkpointer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamedLogTest {

    private static final int PAGE = PageLayout.PAGE_BYTES;
    private static final TimelineHistory HISTORY = TimelineHistory.root(TimelineId.FIRST);

    /// Sends a log as a walwriter does: whole pages, the last piece up to a record's end; a connection
    /// that is lost in the middle of a piece goes on at what was received, or a little before it.
    private static final class Sender implements Role {

        private final MemoryLog log;
        private final StreamedLog streamed;
        private final RandomGenerator random;
        private final Runnable onMore;
        private int durable;

        Sender(MemoryLog log, StreamedLog streamed, RandomGenerator random, Runnable onMore) {
            this.log = log;
            this.streamed = streamed;
            this.random = random;
            this.onMore = onMore;
        }

        private Lsn durableEnd() {
            return log.records().get(durable).end();
        }

        @Override
        public String name() {
            return "sender";
        }

        @Override
        public boolean hasWork() {
            return streamed.received().isBefore(log.end());
        }

        @Override
        public void step() throws IOException {
            while (hasWork() && streamed.received().isAtLeast(durableEnd())) {
                durable = Math.min(log.records().size() - 1, durable + 1 + random.nextInt(40));
            }
            if (!hasWork()) {
                return;
            }
            Lsn from = streamed.received();
            if (random.nextInt(5) == 0) {
                Lsn first = log.layout().pageOf(log.records().getFirst().start());
                from = Lsn.max(first, from.plus(-random.nextInt(10_000)));
            }
            Lsn to = Lsn.min(from.plus(1 + random.nextInt(200_000)), durableEnd());
            ByteBuffer bytes = bytes(log, from, to);
            if (random.nextInt(4) == 0) {
                bytes.limit(random.nextInt(bytes.limit() + 1));
            }
            streamed.announce(durableEnd());
            onMore.run();
            streamed.receive(from, bytes);
        }

        @Override
        public Duration nap() {
            return Duration.ofMillis(10);
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError("the sender failed", cause);
        }
    }

    private static ByteBuffer bytes(MemoryLog log, Lsn from, Lsn to) throws IOException {
        long first = from.value() & -PAGE;
        long last = to.value() + PAGE - 1 & -PAGE;
        ByteBuffer all = ByteBuffer.allocate((int) (last - first));
        for (long page = first; page < last; page += PAGE) {
            ByteBuffer one = ByteBuffer.allocate(PAGE);
            log.readPage(new Lsn(page), one);
            all.put(one.flip());
        }
        return all.slice((int) (from.value() - first), (int) to.minus(from));
    }

    private static MemoryLog randomLog(RandomGenerator random, int records) {
        MemoryLog log = MemoryLog.small();
        for (int i = 0; i < records; i++) {
            int kind = random.nextInt(40);
            if (kind == 0) {
                log.switchSegment();
            } else {
                byte[] content = new byte[kind < 3 ? random.nextInt(300_000) : random.nextInt(400)];
                random.nextBytes(content);
                log.message(0, content);
            }
        }
        return log;
    }

    private static List<Lsn> read(MemoryLog log, StreamedLog streamed, SimulatedWorld world, Lsn from)
            throws IOException {
        WalReader reader = new WalReader(streamed, log.layout());
        reader.expect(MemoryLog.SYSTEM_ID, HISTORY);
        reader.seek(from);
        List<Lsn> ends = new ArrayList<>();
        while (reader.position().isBefore(log.end())) {
            // As redo does: never before there is something, and at a limit that is a record's end.
            world.park(() -> streamed.announced().isAfter(reader.position()));
            reader.limit(streamed.announced());
            ReadOutcome outcome = reader.next();
            while (outcome instanceof ReadOutcome.Complete(WalRecord record, Lsn next)) {
                assertThat(record.end()).isEqualTo(next);
                ends.add(next);
                outcome = reader.next();
            }
            streamed.passed(reader.position());
            assertThat(outcome).isInstanceOfSatisfying(ReadOutcome.NoRecord.class,
                    none -> assertThat(none.reason()).isEqualTo(ReadOutcome.NoRecord.AT_LIMIT));
        }
        return ends;
    }

    private static List<Lsn> endsBehind(MemoryLog log, Lsn from) {
        return log.records().stream().map(MemoryLog.Placed::end).filter(end -> end.isAfter(from)).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 512})
    void every_record_comes_through_a_window_of_any_size_over_any_connections(int pages) throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 4; round++) {
            MemoryLog log = randomLog(random.split(), 300);
            Lsn from = round == 0 ? log.records().getFirst().start()
                    : log.records().get(random.nextInt(log.records().size())).start();
            try (SimulatedWorld world = new SimulatedWorld(seed + round)) {
                StreamedLog streamed = new StreamedLog(
                        MemoryLog.SYSTEM_ID, HISTORY, log.layout(), world, from, pages * PAGE);
                world.start(new Sender(log, streamed, random.split(), () -> { }));

                assertThat(read(log, streamed, world, from)).as("seed " + seed + " round " + round)
                        .isEqualTo(endsBehind(log, from));
            }
        }
    }

    @Test
    void a_record_of_40_mib_goes_through_a_window_of_a_page() throws Exception {
        MemoryLog log = MemoryLog.small();
        log.message("before");
        byte[] large = new byte[40 << 20];
        new SplittableRandom(1).nextBytes(large);
        log.message(0, large);
        log.message("after");
        Lsn from = log.records().getFirst().end();
        try (SimulatedWorld world = new SimulatedWorld(1)) {
            StreamedLog streamed = new StreamedLog(MemoryLog.SYSTEM_ID, HISTORY, log.layout(), world, from, PAGE);
            world.start(new Sender(log, streamed, new SplittableRandom(2), () -> { }));

            assertThat(read(log, streamed, world, from)).isEqualTo(endsBehind(log, from));
        }
    }

    @Test
    void a_gap_in_the_stream_is_refused() {
        MemoryLog log = randomLog(new SplittableRandom(1), 10);
        try (SimulatedWorld world = new SimulatedWorld(1)) {
            Lsn from = log.records().getFirst().start();
            StreamedLog streamed = new StreamedLog(MemoryLog.SYSTEM_ID, HISTORY, log.layout(), world, from, PAGE);

            assertThatThrownBy(() -> streamed.receive(log.layout().pageOf(from).plus(1), ByteBuffer.allocate(10)))
                    .isInstanceOf(IOException.class).hasMessageContaining("was received up to");
        }
    }

    @Test
    void who_waits_for_log_or_for_room_is_told_when_it_is_closed() {
        try (SimulatedWorld world = new SimulatedWorld(1)) {
            PageLayout layout = MemoryLog.small().layout();
            Lsn from = new Lsn(layout.segmentBytes());
            StreamedLog streamed = new StreamedLog(MemoryLog.SYSTEM_ID, HISTORY, layout, world, from, PAGE);
            world.start(new Closer(streamed));

            assertThatThrownBy(() -> streamed.readPage(from, ByteBuffer.allocate(PAGE)))
                    .isInstanceOf(IOException.class).hasMessageContaining("was closed");
            assertThatThrownBy(() -> streamed.receive(from, ByteBuffer.allocate(2 * PAGE)))
                    .isInstanceOf(IOException.class).hasMessageContaining("was closed");
        }
    }

    private record Closer(StreamedLog streamed) implements Role {

        @Override
        public String name() {
            return "closer";
        }

        @Override
        public boolean hasWork() {
            return false;
        }

        @Override
        public void step() {
            streamed.close();
        }

        @Override
        public Duration nap() {
            return Duration.ofMillis(5);
        }

        @Override
        public void failed(Throwable cause) {}
    }
}
