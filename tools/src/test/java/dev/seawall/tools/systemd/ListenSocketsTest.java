package dev.seawall.tools.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The variables. That real sockets of a real systemd are served is seen in `SystemdTest`.
final class ListenSocketsTest {

    private static final long PID = 4711;

    @Test
    void without_the_variables_there_are_none() throws IOException {
        assertThat(ListenSockets.take(Map.of(), PID)).isEmpty();
        assertThat(ListenSockets.take(Map.of("LISTEN_FDS", "0", "LISTEN_PID", "4711"), PID)).isEmpty();
    }

    @Test
    void sockets_for_another_process_are_not_touched() throws IOException {
        assertThat(ListenSockets.take(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4712"), PID)).isEmpty();
        assertThat(ListenSockets.take(Map.of("LISTEN_FDS", "2"), PID)).isEmpty();
    }

    @Test
    void a_count_that_cannot_be_is_an_error() {
        for (String count : new String[] {"", "-1", "two", "65"}) {
            assertThatThrownBy(() -> ListenSockets.take(Map.of("LISTEN_FDS", count, "LISTEN_PID", "4711"), PID))
                    .hasMessage("LISTEN_FDS is \"" + count + "\", expected 0 to 64");
        }
    }
}
