package dev.seawall.tools.walbench.peers;

import dev.seawall.tools.Quantity;
import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Results;
import dev.seawall.tools.walbench.contest.Standing;
import dev.seawall.tools.walbench.load.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The results as lines for people: a block for each load, then the ratios.
final class StandingsTable {

    private final Results results;
    private final Ratios ratios;

    StandingsTable(Results results) {
        this.results = results;
        this.ratios = new Ratios(results);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (!results.disk().isEmpty()) {
            lines.add(heading("the disk alone"));
            results.disk().forEach(standing -> lines.add(row(standing)));
        }
        for (Load load : results.loads()) {
            lines.add("");
            lines.add(heading(load.label() + (isOneSize() ? "" : ", " + Quantity.bytes(load.bytes()))));
            results.of(load).forEach(standing -> lines.add(row(standing)));
        }
        List<Ratios.Ratio> all = ratios.all();
        if (!all.isEmpty()) {
            lines.add("");
            lines.add("ratios of medians");
            all.forEach(ratio -> lines.add(ratio.line()));
        }
        lines.addAll(remarks());
        return lines;
    }

    private boolean isOneSize() {
        return results.loads().stream().map(Load::bytes).distinct().count() < 2;
    }

    private List<String> remarks() {
        List<String> lines = new ArrayList<>();
        for (Load load : results.loads()) {
            for (Standing standing : results.of(load)) {
                standing.remarks().forEach(remark -> lines.add("  " + load.label() + ", " + standing.contestant().name()
                        + ": " + remark));
            }
        }
        if (!lines.isEmpty()) {
            lines.addAll(0, List.of("", "after each round"));
        }
        return lines;
    }

    private static String heading(String what) {
        return String.format("%-38s %11s %9s %9s %9s %9s %11s %6s", what, "a second", "p50", "p99", "p99.9", "max",
                "log", "ratio");
    }

    private String row(Standing standing) {
        String ratio = standing.contestant().group() == Contestant.Group.SEAWALL
                ? ratios.toPeers(standing).map(found -> String.format(Locale.ROOT, "%.2f", found.value())).orElse("")
                : "";
        return String.format(Locale.ROOT, "  %-36s %,11.0f %9s %9s %9s %9s %11s %6s", standing.contestant().title(),
                standing.perSecond(), time(standing.nanosAt(50)), time(standing.nanosAt(99)),
                time(standing.nanosAt(99.9)), time(standing.maxNanos()),
                Quantity.bytes((long) standing.logBytesPerSecond()) + "/s", ratio).stripTrailing();
    }

    private static String time(double nanos) {
        return Quantity.time(Duration.ofNanos((long) nanos));
    }
}
