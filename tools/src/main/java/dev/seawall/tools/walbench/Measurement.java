package dev.seawall.tools.walbench;

import dev.seawall.tools.Quantity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.AbstractHistogram;

/// What one load reached: how many a second, and how long each took.
///
/// @param load     what was measured, such as `64 virtual threads`
/// @param latency  of every operation, in nanoseconds
/// @param elapsed  from the first to the last
/// @param logBytes how far the log grew meanwhile
record Measurement(String load, AbstractHistogram latency, Duration elapsed, long logBytes) {

    static final String HEADING = String.format("  %-28s %11s %9s %9s %9s %9s %10s",
            "", "a second", "p50", "p99", "p99.9", "max", "log");

    double perSecond() {
        return latency.getTotalCount() / (elapsed.toNanos() / 1e9);
    }

    String row() {
        return String.format(Locale.ROOT, "  %-28s %,11.0f %9s %9s %9s %9s %10s", load, perSecond(), at(50), at(99),
                at(99.9), Quantity.time(Duration.ofNanos(latency.getMaxValue())),
                Quantity.bytes(logBytes * 1_000_000_000L / Math.max(1, elapsed.toNanos())) + "/s");
    }

    private String at(double percentile) {
        return Quantity.time(Duration.ofNanos(latency.getValueAtPercentile(percentile)));
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("load", load);
        fields.put("operations", latency.getTotalCount());
        fields.put("seconds", elapsed.toNanos() / 1e9);
        fields.put("per_second", perSecond());
        fields.put("mean_us", latency.getMean() / 1e3);
        fields.put("p50_us", latency.getValueAtPercentile(50) / 1e3);
        fields.put("p99_us", latency.getValueAtPercentile(99) / 1e3);
        fields.put("p999_us", latency.getValueAtPercentile(99.9) / 1e3);
        fields.put("max_us", latency.getMaxValue() / 1e3);
        fields.put("log_bytes", logBytes);
        return fields;
    }
}
