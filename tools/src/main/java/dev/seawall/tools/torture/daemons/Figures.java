package dev.seawall.tools.torture.daemons;

import dev.seawall.tools.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Times of several kinds, and their least, median and most. One thread at a time.
public final class Figures {

    private final Map<String, List<Duration>> times = new LinkedHashMap<>();

    public void add(String what, Duration time) {
        times.computeIfAbsent(what, _ -> new ArrayList<>()).add(time);
    }

    int count(String what) {
        return times.getOrDefault(what, List.of()).size();
    }

    private static Duration quantile(List<Duration> all, double quantile) {
        List<Duration> sorted = all.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * quantile)));
    }

    /// One line a kind.
    public String table() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-52s %6s %10s %10s %10s %10s%n", "",
                "times", "least", "median", "95 %", "most"));
        times.forEach((what, all) -> table.append(String.format(Locale.ROOT, "%-52s %6d %10s %10s %10s %10s%n", what,
                all.size(), Quantity.time(quantile(all, 0)), Quantity.time(quantile(all, 0.5)),
                Quantity.time(quantile(all, 0.95)), Quantity.time(quantile(all, 1)))));
        return table.toString();
    }

    /// The same in milliseconds.
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        times.forEach((what, all) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("times", all.size());
            one.put("least_ms", quantile(all, 0).toNanos() / 1e6);
            one.put("median_ms", quantile(all, 0.5).toNanos() / 1e6);
            one.put("p95_ms", quantile(all, 0.95).toNanos() / 1e6);
            one.put("most_ms", quantile(all, 1).toNanos() / 1e6);
            fields.put(what, one);
        });
        return fields;
    }
}
