package dev.seawall.tools.walbench.scan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How long one took, round by round.
final class Standing {

    static final String HEADING = String.format("%-18s %10s %10s %14s %8s  %s", "", "median", "GB/s", "records/s",
            "ratio", "seconds of each round");

    private final String name;
    private final List<Double> seconds = new ArrayList<>();
    private long records;

    Standing(String name) {
        this.name = name;
    }

    void add(double tookSeconds, long foundRecords) {
        seconds.add(tookSeconds);
        records = foundRecords;
    }

    long records() {
        return records;
    }

    double median() {
        List<Double> sorted = seconds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// @param reference whose time is divided by this one's
    String row(long bytes, Standing reference) {
        StringBuilder each = new StringBuilder();
        seconds.forEach(took -> each.append(String.format(Locale.ROOT, " %.3f", took)));
        return String.format(Locale.ROOT, "%-18s %8.3f s %10.2f %,14.0f %8.2f %s", name, median(),
                bytes / median() / 1e9, records / median(), reference.median() / median(), each);
    }

    Map<String, Object> json(Standing reference) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("median_seconds", median());
        fields.put("ratio", reference.median() / median());
        fields.put("seconds_of_each_round", seconds);
        return fields;
    }
}
