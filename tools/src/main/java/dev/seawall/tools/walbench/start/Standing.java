package dev.seawall.tools.walbench.start;

import dev.seawall.tools.walbench.load.Median;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What came out of all rounds.
final class Standing {

    /// What a start may take: any JVM's, and a fifth more than reading the log.
    private static final double ALLOWED_OF_READING = 1.2;

    private final List<Double> bare = new ArrayList<>();
    private final List<Double> reads = new ArrayList<>();
    private final List<Double> starts = new ArrayList<>();
    private final Map<String, List<Double>> phases = new LinkedHashMap<>();
    private long bytes;

    void add(Duration bareJvm, LogRead.Done read, KilledWalwriter.Restart start) {
        bare.add(seconds(bareJvm));
        reads.add(seconds(read.duration()));
        starts.add(seconds(start.duration()));
        start.phases().forEach((name, took) -> phases.computeIfAbsent(name, _ -> new ArrayList<>()).add(seconds(took)));
        bytes = read.bytes();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    double allowed() {
        return Median.of(bare) + ALLOWED_OF_READING * Median.of(reads);
    }

    /// Of the median start to what is allowed; 1 and below is well.
    double ratio() {
        return Median.of(starts) / allowed();
    }

    String table() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-44s %10s  %s%n", "", "median",
                "seconds of each round"));
        table.append(row("a bare JVM says one line", bare));
        table.append(row("all segments read with O_DIRECT", reads));
        table.append(row("SIGKILL to first acknowledged commit", starts));
        phases.forEach((name, took) -> table.append(row("  " + name, took)));
        return table.append(String.format(Locale.ROOT, "%-44s %8.3f s  %.2f of it taken%n",
                "the bare JVM and 1.2 times the reading", allowed(), ratio())).toString();
    }

    private static String row(String name, List<Double> seconds) {
        StringBuilder each = new StringBuilder();
        seconds.forEach(took -> each.append(String.format(Locale.ROOT, " %.3f", took)));
        return String.format(Locale.ROOT, "%-44s %8.3f s %s%n", name, Median.of(seconds), each);
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("segment_bytes_read", bytes);
        fields.put("bare_jvm_seconds", Median.of(bare));
        fields.put("read_seconds", Median.of(reads));
        fields.put("start_seconds", Median.of(starts));
        fields.put("allowed_seconds", allowed());
        fields.put("ratio", ratio());
        Map<String, Object> parts = new LinkedHashMap<>();
        phases.forEach((name, took) -> parts.put(name, Median.of(took)));
        fields.put("phases_seconds", parts);
        fields.put("start_seconds_of_each_round", starts);
        return fields;
    }
}
