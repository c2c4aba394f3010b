package dev.seawall.tools.testfsync;

import dev.seawall.tools.Quantity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What a trial took.
///
/// @param bytes   of each operation; 0 if it has none
/// @param latency of each, nanoseconds
/// @param nanos   how long all of them took: less than their sum where several were under way at once
record Timing(String name, int bytes, Histogram latency, long nanos) {

    private static final String FORMAT = "  %-44s %9s %10s %8s %8s %8s %8s";

    static final String HEADING = String.format(FORMAT, "", "a second", "", "p50", "p99", "p99.9", "max");

    static Histogram histogram() {
        return new Histogram(60_000_000_000L, 2);
    }

    double perSecond() {
        return latency.getTotalCount() * 1e9 / Math.max(1, nanos);
    }

    /// The median, nanoseconds.
    long median() {
        return latency.getValueAtPercentile(50);
    }

    String row() {
        return String.format(Locale.ROOT, FORMAT, name, Quantity.count(Math.round(perSecond())),
                bytes == 0 ? "" : Quantity.bytes(Math.round(perSecond() * bytes)) + "/s", at(50), at(99), at(99.9),
                Quantity.time(Duration.ofNanos(latency.getMaxValue())));
    }

    private String at(double percentile) {
        return Quantity.time(Duration.ofNanos(latency.getValueAtPercentile(percentile)));
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("bytes", bytes);
        fields.put("operations", latency.getTotalCount());
        fields.put("per_second", perSecond());
        fields.put("bytes_per_second", perSecond() * bytes);
        fields.put("p50_us", latency.getValueAtPercentile(50) / 1e3);
        fields.put("p99_us", latency.getValueAtPercentile(99) / 1e3);
        fields.put("p999_us", latency.getValueAtPercentile(99.9) / 1e3);
        fields.put("max_us", latency.getMaxValue() / 1e3);
        return fields;
    }
}
