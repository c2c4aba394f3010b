package dev.seawall.tools.walbench.start;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where the time of a start went, by what the daemon logged, to the millisecond.
final class Phases {

    /// As the daemons' log has the time.
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSXXX");

    /// What a line says with which a phase ends, and what that phase is.
    private static final Map<String, String> ENDS = new LinkedHashMap<>();

    static {
        ENDS.put(" reading the log from=", "kill, JVM, settings, files made true");
        ENDS.put(" log read end=", "log read and checked");
        ENDS.put(" walwriter ready ", "rest erased, segments and server opened");
    }

    /// What the last phase is, which ends with the answer.
    private static final String COMMIT = "client in and committed";

    private Phases() {}

    /// @param log    what the daemon logged since it was started
    /// @param killed when the one before it was killed
    /// @param answer when the first commit was answered
    /// @return the phases in their order
    /// @throws IOException if the log lacks a line
    static Map<String, Duration> of(String log, Instant killed, Instant answer) throws IOException {
        Map<String, Duration> phases = new LinkedHashMap<>();
        Instant begin = killed;
        for (Map.Entry<String, String> end : ENDS.entrySet()) {
            Instant at = timeOf(log, end.getKey());
            phases.put(end.getValue(), between(begin, at));
            begin = at;
        }
        // The daemon says that it is ready when a client may have been in already.
        phases.put(COMMIT, between(begin, answer));
        return phases;
    }

    private static Duration between(Instant begin, Instant end) {
        Duration between = Duration.between(begin, end);
        return between.isNegative() ? Duration.ZERO : between;
    }

    private static Instant timeOf(String log, String end) throws IOException {
        for (String line : log.lines().toList()) {
            String[] words = line.split(" ", 3);
            if (line.contains(end) && words.length == 3) {
                return OffsetDateTime.parse(words[0] + " " + words[1], TIME).toInstant();
            }
        }
        throw new IOException("the daemon did not log \"" + end.strip() + "\", but\n" + log);
    }
}
