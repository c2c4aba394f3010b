package dev.seawall.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.child.ChildJvm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What a daemon's lines look like, in a JVM of its own: logging is set up once for each.
final class DaemonLogTest {

    /// Logs to its standard output; with an argument as under journald.
    static final class Logging {

        private Logging() {}

        public static void main(String[] args) {
            System.setErr(System.out);
            Map<String, String> environment = args.length > 0 ? Map.of("JOURNAL_STREAM", "8:1") : Map.of();
            // The walwriter does before anything else, and every daemon when it begins.
            DaemonLog.configure(environment);
            DaemonLog.configure(environment);
            LoggerFactory.getLogger("Log").warn("begun\nHINT: go on");
            LoggerFactory.getLogger("Log").error("ended");
        }
    }

    private static List<String> lines(String... arguments) throws Exception {
        try (ChildJvm child = ChildJvm.start(Logging.class, List.of(arguments))) {
            return List.of(child.readLine().orElse(""), child.readLine().orElse(""), child.readLine().orElse(""));
        }
    }

    @Test
    void under_journald_each_line_has_its_priority_once() throws Exception {
        assertThat(lines("journal")).containsExactly("<4>WARN Log - begun", "<4>HINT: go on", "<3>ERROR Log - ended");
    }

    @Test
    void elsewhere_each_event_has_its_time() throws Exception {
        assertThat(lines()).satisfiesExactly(
                begun -> assertThat(begun).matches("[0-9-]{10} [0-9:.]{12}\\S+ WARN Log - begun"),
                hint -> assertThat(hint).isEqualTo("HINT: go on"),
                ended -> assertThat(ended).matches("[0-9-]{10} [0-9:.]{12}\\S+ ERROR Log - ended"));
    }
}
