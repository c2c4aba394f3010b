package dev.seawall.checkpointer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.role.Role;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.link.CopyChannel;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import dev.seawall.walwriter.link.MemoryChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of a checkpoint's report, whatever the walwriter says or does.
final class RemoteLogTest {

    private static final CheckpointReport REPORT = new CheckpointReport(5, TimelineId.FIRST, new Lsn(0x5000028));
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final LinkMessage.Welcome WELCOME = new LinkMessage.Welcome("test", 5,
            TimelineHistory.root(TimelineId.FIRST), LAYOUT.segmentBytes(), Lsn.INVALID, Lsn.MAX, 700, false);

    /// What a walwriter does when it is asked; null: it dies.
    private final Queue<CompletableFuture<LinkMessage.@Nullable Answer>> answers = new ArrayDeque<>();
    private final List<LinkMessage.Request> asked = new ArrayList<>();
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final StreamedLog streamed =
            new StreamedLog(5, WELCOME.history(), LAYOUT, world, new Lsn(0x5000028), PageLayout.PAGE_BYTES);
    private volatile @Nullable Link attached;
    private final RemoteLog log = new RemoteLog(WELCOME, streamed, () -> attached, world);

    @AfterEach
    void close() {
        world.close();
    }

    /// A walwriter comes: both ends of a link are served.
    private void connect() {
        MemoryChannel.Pair pair = MemoryChannel.pair(world);
        attached = serve(pair.one());
        serve(pair.other());
    }

    private Link serve(CopyChannel channel) {
        Link link = new Link(channel, world, "walwriter", Duration.ofDays(1), new Link.Peer() {
            @Override
            public CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
                asked.add(request);
                CompletableFuture<LinkMessage.@Nullable Answer> answer = answers.remove();
                if (answer.state() == CompletableFuture.State.SUCCESS && answer.resultNow() == null) {
                    attached = null;
                    channel.close();
                }
                return answer.thenApply(java.util.Objects::requireNonNull);
            }

            @Override
            public void told(LinkMessage.Notice notice) {}
        });
        world.start(new Looping(() -> {
            if (!link.isEnded()) {
                link.serveNext();
            }
        }, link::isEnded));
        return link;
    }

    private void will(LinkMessage.@Nullable Answer answer) {
        answers.add(CompletableFuture.completedFuture(answer));
    }

    private void willFail(Throwable failure) {
        answers.add(CompletableFuture.failedFuture(failure));
    }

    @Test
    void a_report_is_made_once_it_is_answered() throws IOException {
        connect();
        will(new LinkMessage.Done());

        log.checkpointed(REPORT);

        assertThat(asked).containsExactly(new LinkMessage.Report(REPORT));
    }

    @Test
    void a_report_whose_answer_is_lost_is_made_again_to_the_next_walwriter() throws IOException {
        connect();
        will(null);
        will(null);
        will(new LinkMessage.Done());
        world.start(new Looping(() -> {
            if (attached == null) {
                connect();
            }
        }, () -> attached != null));

        log.checkpointed(REPORT);

        assertThat(asked).hasSize(3).allMatch(new LinkMessage.Report(REPORT)::equals);
    }

    @Test
    void a_report_waits_for_a_walwriter() throws IOException {
        will(new LinkMessage.Done());
        long before = world.nanoTime();
        world.start(new Looping(() -> {
            if (attached == null && world.nanoTime() - before > Duration.ofHours(1).toNanos()) {
                connect();
            }
        }, () -> true));

        log.checkpointed(REPORT);

        assertThat(Duration.ofNanos(world.nanoTime() - before)).isGreaterThan(Duration.ofHours(1));
    }

    @Test
    void a_log_without_space_is_asked_until_it_has_some() throws IOException {
        connect();
        willFail(new IOException("no space"));
        willFail(new IOException("no space"));
        will(new LinkMessage.Done());

        log.checkpointed(REPORT);

        assertThat(asked).hasSize(3);
    }

    @Test
    void a_log_that_is_being_shut_down_needs_no_report() {
        connect();
        willFail(new IllegalStateException("the log is being shut down"));

        assertThatCode(() -> log.checkpointed(REPORT)).doesNotThrowAnyException();
    }

    @Test
    void a_log_that_contradicts_the_report_is_damage() {
        connect();
        willFail(new IllegalArgumentException("redo point 0/5000028 is behind the last one"));

        assertThatThrownBy(() -> log.checkpointed(REPORT)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("contradicts what is in base/").hasMessageContaining("redo point 0/5000028");
    }

    @Test
    void who_waits_is_told_when_it_is_closed() {
        world.start(new Looping(log::close, () -> false));

        assertThatThrownBy(() -> log.checkpointed(REPORT)).isInstanceOf(IOException.class)
                .hasMessageContaining("was closed");
    }

    @Test
    void long_transactions_are_aborted_there_or_gone_with_their_walwriter() throws IOException {
        assertThat(log.abortTransactionsBefore(new Lsn(1))).isZero();
        connect();
        will(new LinkMessage.Count(3));
        assertThat(log.abortTransactionsBefore(new Lsn(1))).isEqualTo(3);
        will(null);
        assertThat(log.abortTransactionsBefore(new Lsn(1))).isZero();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /// Does something again and again.
    private record Looping(Step work, java.util.function.BooleanSupplier isIdle) implements Role {

        @Override
        public String name() {
            return "looping";
        }

        @Override
        public boolean hasWork() {
            return !isIdle.getAsBoolean();
        }

        @Override
        public void step() throws IOException {
            work.run();
        }

        @Override
        public Duration nap() {
            return Duration.ofMillis(10);
        }

        @Override
        public void failed(Throwable cause) {}
    }
}
