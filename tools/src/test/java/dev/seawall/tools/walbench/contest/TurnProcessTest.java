package dev.seawall.tools.walbench.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.tools.walbench.load.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TurnProcessTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final List<Load> LOADS = List.of(new Load(Load.Kind.PLATFORM, 1, 1));

    @TempDir
    Path directory;

    @Test
    void a_turn_that_is_stopped_ends_at_once_and_says_so() throws Exception {
        TurnProcess turn = new TurnProcess(Contestants.named("nothing"), directory);
        AtomicInteger waited = new AtomicInteger();

        assertThatThrownBy(() -> turn.run(LONG, LONG, LOADS, _ -> {
            waited.incrementAndGet();
            turn.stop();
        })).hasMessage("interrupted");

        assertThat(waited).hasValue(1);
        assertThat(ProcessHandle.current().children().filter(child -> child.info().arguments().stream()
                .flatMap(java.util.Arrays::stream).anyMatch(Turn.class.getName()::equals))).isEmpty();
    }

    @Test
    void what_was_stopped_before_it_began_does_not_begin() throws Exception {
        TurnProcess turn = new TurnProcess(Contestants.named("nothing"), directory);
        turn.stop();

        assertThatThrownBy(() -> turn.run(LONG, LONG, LOADS, _ -> { })).hasMessage("interrupted");
    }

    @Test
    void a_producer_and_the_first_load_have_the_whole_warm_up() {
        Duration time = Duration.ofSeconds(3);

        assertThat(Turn.warmUp(0, new Load(Load.Kind.VIRTUAL, 8, 1), LONG, time)).isEqualTo(LONG);
        assertThat(Turn.warmUp(1, new Load(Load.Kind.VIRTUAL, 8, 1), LONG, time)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Turn.warmUp(1, new Load(Load.Kind.WINDOW, 8, 1), LONG, time)).isEqualTo(LONG);
        assertThat(Turn.warmUp(0, new Load(Load.Kind.DISK, 1, 1), LONG, time)).isEqualTo(Duration.ofSeconds(1));
    }
}
