package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.Cleanup;
import dev.seawall.tools.Directories;
import dev.seawall.tools.Progress;
import dev.seawall.tools.walbench.load.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Lets each contestant have its turn, round after round; who begins changes, so that a disk that grows slower does so
/// for all.
public final class Contest {

    /// What a JVM takes to start and a log to open, about: for the progress only.
    private static final Duration START = Duration.ofMillis(900);

    private final List<Contestant> contestants;
    private final List<Load> loads;
    private final Duration warmUp;
    private final Duration time;
    private final int rounds;

    /// @param loads  each contestant is asked those that it runs
    /// @param warmUp before the first load of a turn
    public Contest(List<Contestant> contestants, List<Load> loads, Duration warmUp, Duration time, int rounds) {
        this.contestants = contestants;
        this.loads = loads;
        this.warmUp = warmUp;
        this.time = time;
        this.rounds = rounds;
    }

    /// A contestant whose turn failed is left out of what is left; the results say so.
    public void run(Path directory, Cleanup cleanup, Results results) throws IOException, InterruptedException {
        TreeSet<String> failed = new TreeSet<>();
        long total = rounds * contestants.stream().mapToLong(one -> estimate(one).toMillis()).sum();
        long done = 0;
        try (Progress progress = new Progress(System.err, "measuring", total)) {
            for (int round = 0; round < rounds; round++) {
                for (Contestant contestant : order(round)) {
                    if (failed.contains(contestant.name()) || loadsOf(contestant).isEmpty()) {
                        continue;
                    }
                    long before = done;
                    progress.at(done);
                    Path home = directory.resolve("round-" + (round + 1) + "-" + contestant.name().replace(':', '-'));
                    try {
                        turn(contestant, home, cleanup, progress, before, results);
                    } catch (IOException e) {
                        failed.add(contestant.name());
                        results.complain(contestant.name() + ", round " + (round + 1) + ": " + e.getMessage());
                    }
                    Directories.remove(home);
                    done += estimate(contestant).toMillis();
                }
            }
        }
    }

    private void turn(Contestant contestant, Path home, Cleanup cleanup, Progress progress, long before,
            Results results) throws IOException, InterruptedException {
        TurnProcess process = new TurnProcess(contestant, home);
        cleanup.add(process::stop);
        for (Outcome outcome : process.run(warmUp, time, loadsOf(contestant),
                waited -> progress.at(before + waited.toMillis()))) {
            results.add(contestant, outcome.measurement(), outcome.remark());
        }
    }

    private List<Load> loadsOf(Contestant contestant) {
        return contestant.group() == Contestant.Group.DISK
                ? List.of(new Load(Load.Kind.DISK, 1, 1)).stream().filter(contestant::runs).toList()
                : loads.stream().filter(contestant::runs).toList();
    }

    private List<Contestant> order(int round) {
        List<Contestant> order = new ArrayList<>(contestants);
        java.util.Collections.rotate(order, -round * Math.max(1, contestants.size() / rounds));
        return order;
    }

    private Duration estimate(Contestant contestant) {
        List<Load> asked = loadsOf(contestant);
        Duration estimate = START;
        for (int i = 0; i < asked.size(); i++) {
            estimate = estimate.plus(Turn.warmUp(i, asked.get(i), warmUp, time)).plus(time);
        }
        return asked.isEmpty() ? Duration.ZERO : estimate;
    }
}
