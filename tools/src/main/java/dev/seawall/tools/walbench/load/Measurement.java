package dev.seawall.tools.walbench.load;

import dev.seawall.tools.Quantity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What one load reached: how many a second, and how long each took.
///
/// @param operations that ended in the measured time
/// @param elapsed    the measured time
/// @param logBytes   how far the log grew meanwhile
/// @param latency    in nanoseconds, of all of them or of a sample
public record Measurement(Load load, long operations, Duration elapsed, long logBytes, Histogram latency) {

    /// The head of a table of [#row]s.
    public static final String HEADING = String.format("  %-28s %11s %9s %9s %9s %9s %10s",
            "", "a second", "p50", "p99", "p99.9", "max", "log");

    static final long LONGEST_NANOS = 600_000_000_000L;

    /// Empty, for latencies of up to ten minutes within 1 %.
    public static Histogram newHistogram() {
        return new Histogram(LONGEST_NANOS, 2);
    }

    public double perSecond() {
        return operations / seconds();
    }

    public double logBytesPerSecond() {
        return logBytes / seconds();
    }

    private double seconds() {
        return Math.max(1, elapsed.toNanos()) / 1e9;
    }

    /// @param percentile such as 99.9
    public Duration at(double percentile) {
        return Duration.ofNanos(latency.getValueAtPercentile(percentile));
    }

    public Duration max() {
        return Duration.ofNanos(latency.getMaxValue());
    }

    /// A line of a table.
    ///
    /// @param name what was measured
    public String row(String name) {
        return String.format(Locale.ROOT, "  %-28s %,11.0f %9s %9s %9s %9s %10s", name, perSecond(),
                Quantity.time(at(50)), Quantity.time(at(99)), Quantity.time(at(99.9)), Quantity.time(max()),
                Quantity.bytes((long) logBytesPerSecond()) + "/s");
    }

    /// @param name what was measured
    public Map<String, Object> json(String name) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("load", name);
        fields.put("operations", operations);
        fields.put("seconds", seconds());
        fields.put("per_second", perSecond());
        fields.put("mean_us", latency.getMean() / 1e3);
        fields.put("p50_us", at(50).toNanos() / 1e3);
        fields.put("p99_us", at(99).toNanos() / 1e3);
        fields.put("p999_us", at(99.9).toNanos() / 1e3);
        fields.put("max_us", max().toNanos() / 1e3);
        fields.put("log_bytes", logBytes);
        return fields;
    }
}
