package dev.seawall.tools.testfsync;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Trials that were run in turns, to be compared.
///
/// @param key   for `--json`
/// @param title for people
record Section(String key, String title, List<Timing> timings) {

    String table() {
        return Stream.concat(Stream.of("", title, Timing.HEADING), timings.stream().map(Timing::row))
                .collect(Collectors.joining("\n"));
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", key);
        fields.put("title", title);
        fields.put("rows", timings.stream().map(Timing::json).toList());
        return fields;
    }

    boolean has(String name) {
        return timings.stream().anyMatch(timing -> timing.name().equals(name));
    }

    /// The median of a row, nanoseconds.
    long median(String name) {
        return timings.stream().filter(timing -> timing.name().equals(name)).mapToLong(Timing::median).findFirst()
                .orElseThrow();
    }

    /// The least of all medians, nanoseconds.
    long fastest() {
        return timings.stream().mapToLong(Timing::median).min().orElseThrow();
    }
}
