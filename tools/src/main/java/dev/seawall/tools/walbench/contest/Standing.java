package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import dev.seawall.tools.walbench.load.Median;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/// What a contestant reached under one load, round by round; medians count.
public final class Standing {

    private static final int STEPS_PER_HALF = 5;

    private final Contestant contestant;
    private final Load load;
    private final List<Measurement> rounds = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    public Standing(Contestant contestant, Load load) {
        this.contestant = contestant;
        this.load = load;
    }

    /// Adds a round.
    ///
    /// @param remark empty: none
    public void add(Measurement measured, String remark) {
        rounds.add(measured);
        if (!remark.isEmpty()) {
            remarks.add(remark);
        }
    }

    public Contestant contestant() {
        return contestant;
    }

    public Load load() {
        return load;
    }

    /// Of each round, without those that say the same.
    public Set<String> remarks() {
        return remarks;
    }

    public double perSecond() {
        return median(Measurement::perSecond);
    }

    public double logBytesPerSecond() {
        return median(Measurement::logBytesPerSecond);
    }

    /// Median of the rounds' latencies at a percentile, in nanoseconds.
    public double nanosAt(double percentile) {
        return median(round -> round.at(percentile).toNanos());
    }

    /// The longest of all rounds, in nanoseconds.
    public double maxNanos() {
        return rounds.stream().mapToDouble(round -> round.max().toNanos()).max().orElse(0);
    }

    private double median(ToDoubleFunction<Measurement> figure) {
        return Median.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    /// Latency of all rounds together.
    public Histogram latency() {
        Histogram all = Measurement.newHistogram();
        rounds.forEach(round -> all.add(round.latency()));
        return all;
    }

    /// Everything, for `--json`: the medians, each round, and the curve of percentiles.
    public Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("contestant", contestant.name());
        fields.put("group", contestant.group().name().toLowerCase(java.util.Locale.ROOT));
        fields.put("load", load.kind().lowerCase());
        fields.put("count", load.count());
        fields.put("bytes", load.bytes());
        fields.put("per_second", perSecond());
        fields.put("log_bytes_per_second", logBytesPerSecond());
        fields.put("p50_us", nanosAt(50) / 1e3);
        fields.put("p99_us", nanosAt(99) / 1e3);
        fields.put("p999_us", nanosAt(99.9) / 1e3);
        fields.put("max_us", maxNanos() / 1e3);
        fields.put("rounds", rounds.stream().map(round -> round.json(load.label())).toList());
        List<List<Double>> curve = new ArrayList<>();
        for (HistogramIterationValue value : latency().percentiles(STEPS_PER_HALF)) {
            curve.add(List.of(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / 1e3));
        }
        fields.put("percentiles_us", curve);
        fields.put("remarks", List.copyOf(remarks));
        return fields;
    }
}
