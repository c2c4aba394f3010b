package dev.seawall.tools.walbench.growth;

import com.sun.management.OperatingSystemMXBean;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Loads;
import dev.seawall.tools.walbench.load.Measurement;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One point of a series: what commits cost at it.
///
/// @param at        how much there is of what is doubled
/// @param measured  commits
/// @param cpuMicros processor time of the whole process for each of them
record Step(long at, Measurement measured, double cpuMicros) {

    static final String HEADING =
            String.format("  %-24s %11s %9s %9s %12s", "", "a second", "p50", "p99", "CPU a commit");

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int WIDEST_BAR = 40;

    static Step measure(long at, Engine engine, Load load, Duration time) throws Exception {
        Loads.run(engine, load, Duration.ZERO, time.dividedBy(4));
        long before = SYSTEM.getProcessCpuTime();
        Measurement measured = Loads.run(engine, load, Duration.ZERO, time);
        return new Step(at, measured, (SYSTEM.getProcessCpuTime() - before) / 1e3 / Math.max(1, measured.operations()));
    }

    /// @param most the longest bar's
    String row(String name, double most) {
        return String.format(Locale.ROOT, "  %-24s %,11.0f %9s %9s %9.1f us  %s", name, measured.perSecond(),
                Quantity.time(measured.at(50)), Quantity.time(measured.at(99)), cpuMicros,
                "#".repeat(Math.clamp(Math.round(WIDEST_BAR * cpuMicros / most), 1, WIDEST_BAR)));
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", at);
        fields.put("cpu_us_a_commit", cpuMicros);
        fields.putAll(measured.json(measured.load().label()));
        return fields;
    }
}
