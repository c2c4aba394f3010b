package dev.seawall.tools.walbench.peers;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.tools.walbench.contest.Results;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/// A contestant that was never measured, with results that a test makes up.
record Entrant(String name, Group group) implements Contestant {

    @Override
    public String title() {
        return name + " & <co>";
    }

    @Override
    public Entry open(Path directory, int bytes) throws IOException {
        throw new IOException("it is not measured");
    }

    /// Adds a round of one second.
    void reached(Results results, Load load, int perSecond, Duration latency) {
        Histogram histogram = Measurement.newHistogram();
        histogram.recordValueWithCount(latency.toNanos(), perSecond);
        results.add(this, new Measurement(load, perSecond, Duration.ofSeconds(1), 1000L * perSecond, histogram), "");
    }
}
