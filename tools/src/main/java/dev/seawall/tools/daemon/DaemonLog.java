package dev.seawall.tools.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// A daemon's log: standard error, one line an event, with the time; under journald, which has the time
/// itself, with its `<6>` in front of each line instead.
final class DaemonLog {

    private static final String PROVIDER = "slf4j.provider";
    private static final String PROPERTY = "org.slf4j.simpleLogger.";
    private static final AtomicBoolean IS_SET_UP = new AtomicBoolean();

    private DaemonLog() {}

    /// Sets up logging, once. Before the first logger is made, which reads this once.
    static void configure(Map<String, String> environment) {
        if (!IS_SET_UP.compareAndSet(false, true)) {
            // Or journald's priorities would stand in front twice.
            return;
        }
        // systemd's sign that standard output or error is connected to the journal.
        boolean isJournal = environment.containsKey("JOURNAL_STREAM");
        if (System.getProperty(PROVIDER) == null) {
            // By name: looking for one opens every jar there is, while commits may be waiting for this start.
            System.setProperty(PROVIDER, "org.slf4j.simple.SimpleServiceProvider");
            // Or it tells that it was told so.
            System.setProperty("slf4j.internal.verbosity", "WARN");
        }
        byDefault("defaultLogLevel", "info");
        byDefault("log.org.quartz", "warn");
        byDefault("showDateTime", Boolean.toString(!isJournal));
        byDefault("dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSSXXX");
        if (isJournal) {
            System.setErr(new PrintStream(new Priorities(System.err), true, StandardCharsets.UTF_8));
        }
    }

    private static void byDefault(String name, String value) {
        if (System.getProperty(PROPERTY + name) == null) {
            System.setProperty(PROPERTY + name, value);
        }
    }

    /// Puts journald's priority in front of each line, by the level that begins an event's first one; a
    /// HINT and a stack trace have that of the event.
    static final class Priorities extends OutputStream {

        private static final Map<String, Integer> BY_LEVEL =
                Map.of("ERROR ", 3, "WARN ", 4, "INFO ", 6, "DEBUG ", 7, "TRACE ", 7);
        private static final int LONGEST_LEVEL = 6;

        private final OutputStream out;
        private final StringBuilder begin = new StringBuilder();
        private int priority = 6;
        private boolean isBeginning = true;

        Priorities(OutputStream out) {
            this.out = out;
        }

        // Guarded by the PrintStream in front of it.
        @Override
        public void write(int octet) throws IOException {
            if (!isBeginning) {
                out.write(octet);
                isBeginning = octet == '\n';
                return;
            }
            begin.append((char) (octet & 0xff));
            if (octet == '\n' || octet == ' ' || begin.length() == LONGEST_LEVEL) {
                priority = BY_LEVEL.getOrDefault(begin.toString(), priority);
                out.write(("<" + priority + ">" + begin).getBytes(StandardCharsets.ISO_8859_1));
                begin.setLength(0);
                isBeginning = octet == '\n';
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
