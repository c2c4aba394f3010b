package dev.seawall.tools.walbench.wire;

import dev.seawall.tools.walbench.load.Median;
import dev.seawall.tools.walbench.server.PgbenchReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What both servers reached under one load, round by round.
final class Comparison {

    static final String HEADING = String.format("  %-9s %7s  %12s %10s  %12s %10s  %7s  %s", "protocol", "clients",
            "PostgreSQL", "latency", "Seawall", "latency", "ratio", "of each round");

    private final Load load;
    private final List<PgbenchReport> postgres = new ArrayList<>();
    private final List<PgbenchReport> seawall = new ArrayList<>();

    Comparison(Load load) {
        this.load = load;
    }

    Load load() {
        return load;
    }

    /// Adds a round.
    void add(PgbenchReport ofPostgres, PgbenchReport ofSeawall) {
        postgres.add(ofPostgres);
        seawall.add(ofSeawall);
    }

    private static double tps(List<PgbenchReport> rounds) {
        return Median.of(rounds.stream().map(PgbenchReport::transactionsASecond).toList());
    }

    private static double millis(List<PgbenchReport> rounds) {
        return Median.of(rounds.stream().map(PgbenchReport::averageMillis).toList());
    }

    private static long failed(List<PgbenchReport> rounds) {
        return rounds.stream().mapToLong(PgbenchReport::failed).sum();
    }

    /// Seawall's median of transactions a second to PostgreSQL's.
    double ratio() {
        return tps(seawall) / tps(postgres);
    }

    private List<Double> ratios() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < postgres.size(); i++) {
            ratios.add(seawall.get(i).transactionsASecond() / postgres.get(i).transactionsASecond());
        }
        return ratios;
    }

    String row() {
        StringBuilder each = new StringBuilder();
        ratios().forEach(ratio -> each.append(String.format(Locale.ROOT, " %.2f", ratio)));
        return String.format(Locale.ROOT, "  %-9s %7d  %,12.0f %7.3f ms  %,12.0f %7.3f ms  %7.2f %s",
                load.protocol().lowerCase(), load.clients(), tps(postgres), millis(postgres), tps(seawall),
                millis(seawall), ratio(), each);
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", load.protocol().lowerCase());
        fields.put("clients", load.clients());
        fields.put("jobs", load.jobs());
        fields.put("ratio", ratio());
        fields.put("postgresql", json(postgres));
        fields.put("seawall", json(seawall));
        return fields;
    }

    private static Map<String, Object> json(List<PgbenchReport> rounds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("per_second", tps(rounds));
        fields.put("mean_ms", millis(rounds));
        fields.put("transactions", rounds.stream().mapToLong(PgbenchReport::transactions).sum());
        fields.put("failed", failed(rounds));
        fields.put("per_second_of_each_round", rounds.stream().map(PgbenchReport::transactionsASecond).toList());
        return fields;
    }
}
