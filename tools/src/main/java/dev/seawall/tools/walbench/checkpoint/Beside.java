package dev.seawall.tools.walbench.checkpoint;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// Commits without a checkpoint, and beside one.
///
/// @param flushAfter    `checkpoint_flush_after`, bytes
/// @param without       latencies of commits, nanoseconds
/// @param during        while a checkpoint was written and synced
record Beside(long flushAfter, Histogram without, Histogram during, PacedFlush.Done flush) {

    static final String HEADING = String.format("%12s %9s %9s %9s %9s %9s %7s %9s %9s", "flush_after", "p50",
            "p99", "p50 with", "p99 with", "max with", "ratio", "writing", "sync");

    double ratio() {
        return (double) during.getValueAtPercentile(99) / without.getValueAtPercentile(99);
    }

    String row() {
        return String.format(Locale.ROOT, "%9d kB %s %s %s %s %s %7.2f %7.2f s %s", flushAfter >> 10,
                millis(without.getValueAtPercentile(50)), millis(without.getValueAtPercentile(99)),
                millis(during.getValueAtPercentile(50)), millis(during.getValueAtPercentile(99)),
                millis(during.getMaxValue()), ratio(), flush.writing().toMillis() / 1e3,
                millis(flush.finalSync().toNanos()));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%6.2f ms", nanos / 1e6);
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("checkpoint_flush_after_bytes", flushAfter);
        fields.put("without_p99_ms", without.getValueAtPercentile(99) / 1e6);
        fields.put("during_p99_ms", during.getValueAtPercentile(99) / 1e6);
        fields.put("during_max_ms", during.getMaxValue() / 1e6);
        fields.put("ratio_of_p99", ratio());
        fields.put("pages", flush.pages());
        fields.put("writing_seconds", flush.writing().toNanos() / 1e9);
        fields.put("final_sync_ms", flush.finalSync().toNanos() / 1e6);
        return fields;
    }
}
