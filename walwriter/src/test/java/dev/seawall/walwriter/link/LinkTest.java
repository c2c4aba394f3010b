package dev.seawall.walwriter.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.NotConnectedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkTest {

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final MemoryChannel.Pair pair = MemoryChannel.pair(world);
    private final List<LinkMessage> heard = new ArrayList<>();
    private final List<CompletableFuture<LinkMessage.Answer>> owed = new ArrayList<>();
    private Function<LinkMessage.Request, CompletableFuture<LinkMessage.Answer>> answering = request -> {
        CompletableFuture<LinkMessage.Answer> answer = new CompletableFuture<>();
        owed.add(answer);
        return answer;
    };
    private final Link asker = link(pair.one());
    private final Link answerer = link(pair.other());

    private Link link(CopyChannel channel) {
        return new Link(channel, world, "checkpointer", Duration.ofMinutes(1), new Link.Peer() {
            @Override
            public CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
                heard.add(request);
                return answering.apply(request);
            }

            @Override
            public void told(LinkMessage.Notice notice) {
                heard.add(notice);
            }
        });
    }

    private World.Running serve(Link link) {
        return world.start(new Role() {
            private boolean isDone;

            @Override
            public String name() {
                return "server";
            }

            @Override
            public boolean hasWork() {
                return !isDone;
            }

            @Override
            public void step() throws IOException {
                isDone = isDone || !link.serveNext();
            }

            @Override
            public Duration nap() {
                return Duration.ofSeconds(1);
            }

            @Override
            public void failed(Throwable cause) {}
        });
    }

    @AfterEach
    void close() {
        asker.close();
        answerer.close();
        world.close();
    }

    @Test
    void a_request_gets_its_own_answer_whatever_order_answers_come_in() throws Exception {
        serve(asker);
        serve(answerer);
        CompletableFuture<LinkMessage.Answer> first = asker.request(new LinkMessage.LastImportant());
        CompletableFuture<LinkMessage.Answer> second = asker.request(new LinkMessage.SwitchSegment());
        world.park(() -> owed.size() == 2);

        owed.get(1).complete(new LinkMessage.Position(new Lsn(2)));
        owed.get(0).complete(new LinkMessage.Position(new Lsn(1)));

        world.park(() -> first.isDone() && second.isDone());
        assertThat(first.get()).isEqualTo(new LinkMessage.Position(new Lsn(1)));
        assertThat(second.get()).isEqualTo(new LinkMessage.Position(new Lsn(2)));
    }

    @Test
    void both_ends_ask_at_the_same_time() throws Exception {
        answering = _ -> CompletableFuture.completedFuture(new LinkMessage.Done());
        serve(asker);
        serve(answerer);

        assertThat(asker.ask(new LinkMessage.ReleaseFiles(), LinkMessage.Done.class)).isNotNull();
        assertThat(answerer.ask(new LinkMessage.Attach(), LinkMessage.Done.class)).isNotNull();
        assertThat(heard).containsExactly(new LinkMessage.ReleaseFiles(), new LinkMessage.Attach());
    }

    @Test
    void a_refusal_is_the_askers_exception() {
        serve(asker);
        serve(answerer);

        answering = _ -> CompletableFuture.failedFuture(new IllegalArgumentException("no such block"));
        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach()))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("no such block");
        answering = _ -> CompletableFuture.failedFuture(new IllegalStateException("not now"));
        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach()))
                .isInstanceOf(IllegalStateException.class).hasMessage("not now");
        answering = _ -> CompletableFuture.failedFuture(new IOException("disk on fire"));
        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach()))
                .isExactlyInstanceOf(IOException.class).hasMessage("disk on fire");
        answering = _ -> {
            throw new IllegalStateException("thrown, not answered");
        };
        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach()))
                .isInstanceOf(IllegalStateException.class).hasMessage("thrown, not answered");
    }

    @Test
    void whoever_waits_is_told_when_the_connection_ends() {
        serve(asker);
        serve(answerer);
        world.start(new Role() {
            @Override
            public String name() {
                return "killer";
            }

            @Override
            public boolean hasWork() {
                return owed.size() == 1 && !asker.isEnded();
            }

            @Override
            public void step() {
                if (hasWork()) {
                    pair.other().close();
                }
            }

            @Override
            public Duration nap() {
                return Duration.ofSeconds(1);
            }

            @Override
            public void failed(Throwable cause) {}
        });

        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach())).isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("the checkpointer went away");
        assertThat(asker.isEnded()).isTrue();
        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach())).isInstanceOf(NotConnectedException.class);
    }

    @Test
    void one_that_is_silent_for_too_long_is_taken_for_dead() {
        serve(asker);

        long before = world.nanoTime();
        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach())).isInstanceOf(NotConnectedException.class);

        Duration waited = Duration.ofNanos(world.nanoTime() - before);
        assertThat(waited).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(63));
    }

    @Test
    void an_answer_of_the_wrong_kind_ends_the_link() {
        answering = _ -> CompletableFuture.completedFuture(new LinkMessage.Count(1));
        serve(asker);
        serve(answerer);

        assertThatThrownBy(() -> asker.ask(new LinkMessage.Attach(), LinkMessage.Done.class))
                .isInstanceOf(IOException.class).hasMessageContaining("answered");
        assertThat(asker.isEnded()).isTrue();
    }

    @Test
    void nonsense_ends_the_link() throws Exception {
        serve(answerer);
        pair.one().send(out -> out.text("?!"));

        world.park(answerer::isEnded);
        assertThat(heard).isEmpty();
    }

    @Test
    void notices_arrive_in_order() throws Exception {
        serve(answerer);
        asker.tell(new LinkMessage.Wake());
        asker.tell(new LinkMessage.Reload());

        world.park(() -> heard.size() == 2);
        assertThat(heard).containsExactly(new LinkMessage.Wake(), new LinkMessage.Reload());
    }
}
