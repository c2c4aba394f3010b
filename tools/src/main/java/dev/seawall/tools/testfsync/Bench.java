package dev.seawall.tools.testfsync;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Runs trials in turns, so that a busy moment of the machine strikes all that are compared.
final class Bench {

    private static final int TURNS = 25;

    private final Duration each;
    private final Runnable onTurn;

    /// @param each   how long each trial runs, all its turns together
    /// @param onTurn called after every turn
    Bench(Duration each, Runnable onTurn) {
        this.each = each;
        this.onTurn = onTurn;
    }

    /// How many turns so many trials have.
    static int turns(int trials) {
        return trials * TURNS;
    }

    /// Runs and closes them.
    List<Timing> run(List<? extends Trial> trials) throws IOException {
        try {
            List<Histogram> latencies = new ArrayList<>();
            long[] nanos = new long[trials.size()];
            for (Trial trial : trials) {
                // Once without the clock: what is called first is still slow.
                trial.run(0, _ -> { });
                latencies.add(Timing.histogram());
            }
            for (int turn = 0; turn < TURNS; turn++) {
                for (int i = 0; i < trials.size(); i++) {
                    nanos[i] += trials.get(i).run(each.toNanos() / TURNS, latencies.get(i)::recordValue);
                    onTurn.run();
                }
            }
            List<Timing> timings = new ArrayList<>();
            for (int i = 0; i < trials.size(); i++) {
                Trial trial = trials.get(i);
                timings.add(new Timing(trial.name(), trial.bytes(), latencies.get(i), nanos[i]));
            }
            return timings;
        } finally {
            for (Trial trial : trials) {
                trial.close();
            }
        }
    }
}
